package io.lockstep.core.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DomainUuidTest {

    @Test
    void they_are_in_the_order_of_their_texts() {
        List<DomainUuid> some = Stream.of(
                        new UUID(-1, 0),
                        new UUID(0, -1),
                        new UUID(0, 1),
                        new UUID(1, Long.MIN_VALUE),
                        new UUID(Long.MIN_VALUE, 1),
                        new UUID(Long.MAX_VALUE, 1))
                .map(DomainUuid::new)
                .toList();

        assertThat(some.stream().sorted().toList())
                .isEqualTo(some.stream()
                        .sorted(Comparator.comparing(DomainUuid::toString))
                        .toList());
    }
}
