package io.lockstep.cli.output;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** From when on: as a time ago, {@code 2h}; a day, {@code 2026-11-01}; or a moment, {@code 2026-11-01T10:00:00Z}. */
public sealed interface Since {

    Instant from(Instant now);

    /** So long ago. */
    record Ago(Duration time) implements Since {
        @Override
        public Instant from(Instant now) {
            return now.minus(time);
        }
    }

    /** This moment. */
    record At(Instant moment) implements Since {
        @Override
        public Instant from(Instant now) {
            return moment;
        }
    }

    /** @throws IllegalArgumentException when the text is none of these */
    static Since of(String text) {
        try {
            if (text.indexOf('-') > 0) {
                return new At(
                        text.indexOf('T') > 0
                                ? Instant.parse(text)
                                : LocalDate.parse(text)
                                        .atStartOfDay(ZoneOffset.UTC)
                                        .toInstant());
            }
            return new Ago(Durations.of(text));
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not a time: write for example 2h, 2026-11-01 (UTC) or 2026-11-01T10:00:00Z",
                    e);
        }
    }
}
