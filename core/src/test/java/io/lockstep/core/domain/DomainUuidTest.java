package io.lockstep.core.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DomainUuidTest {

    @Test
    void domains_are_ordered_as_their_words_are() {
        List<String> words = List.of(
                "00000000-0000-0000-0000-000000000001",
                "00000000-0000-0000-8000-000000000000",
                "7fffffff-ffff-ffff-ffff-ffffffffffff",
                "80000000-0000-0000-0000-000000000000",
                "ffffffff-ffff-ffff-7fff-ffffffffffff",
                "ffffffff-ffff-ffff-ffff-ffffffffffff");

        assertThat(words.reversed().stream().map(DomainUuid::of).sorted().map(DomainUuid::toString))
                .containsExactlyElementsOf(words);
    }
}
