package io.lockstep.lab.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** On dumps of real lease areas. */
class LeaseAreaTest {

    private static String dump(String name) throws IOException {
        try (InputStream in = LeaseAreaTest.class.getResourceAsStream("/" + name + ".txt")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void an_owner_with_a_timestamp_is_exclusive_and_rows_below_are_sharers() throws IOException {
        assertThat(LeaseArea.parse(dump("lease-area-exclusive-and-shared")))
                .isEqualTo(Map.of(
                        70254592L, Holding.exclusive(1),
                        71303168L, Holding.shared(1, 2),
                        72351744L, Holding.exclusive(2)));
    }

    @Test
    void an_owner_without_a_timestamp_is_stale() throws IOException {
        assertThat(LeaseArea.parse(dump("lease-area-after-release")))
                .isEqualTo(Map.of(
                        70254592L, Holding.FREE,
                        71303168L, Holding.shared(2),
                        72351744L, Holding.exclusive(2)));
    }

    @Test
    void a_lease_that_is_being_written_is_neither() {
        assertThat(new Holding(Map.of(1, "sh", 2, "ex")).inTransition()).isTrue();
        assertThat(Holding.shared(1, 2).inTransition()).isFalse();
    }
}
