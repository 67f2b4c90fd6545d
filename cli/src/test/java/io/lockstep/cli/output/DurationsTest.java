package io.lockstep.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

    @ParameterizedTest
    @CsvSource({
        "90s, PT1M30S",
        "10m, PT10M",
        "2h, PT2H",
        "1h30m, PT1H30M",
        "2d, PT48H",
        "1d2h3m4s, PT26H3M4S",
        "0s, PT0S"
    })
    void times_are_read_as_people_write_them(String text, Duration expected) {
        assertThat(Durations.of(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "m", "-5m", "5m3h", "1.5h", "10 m", "PT10M", "9999999s"})
    void what_is_no_time_is_refused_with_an_example(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Durations.of(text))
                .withMessageContaining("write for example 30s, 10m, 2h");
    }

    @ParameterizedTest
    @CsvSource({
        "0, now",
        "1, 1s ago",
        "119, 119s ago",
        "120, 2m ago",
        "7199, 119m ago",
        "7200, 2h ago",
        "172799, 47h ago",
        "172800, 2d ago",
        "-600, in 10m"
    })
    void moments_are_told_from_now(long secondsAgo, String expected) {
        Instant now = Instant.parse("2025-06-01T12:00:00Z");

        assertThat(Durations.ago(now.minusSeconds(secondsAgo), now)).isEqualTo(expected);
    }
}
