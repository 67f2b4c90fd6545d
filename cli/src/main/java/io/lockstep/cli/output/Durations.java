package io.lockstep.cli.output;

import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as people write and read them: {@code 90s}, {@code 2h}, {@code 1h30m}, {@code 3m ago}, {@code in 8m}. */
public final class Durations {

    private static final Pattern PARTS =
            Pattern.compile("(?:(\\d{1,6})d)?(?:(\\d{1,6})h)?(?:(\\d{1,6})m)?(?:(\\d{1,6})s)?");

    private Durations() {}

    /** @throws IllegalArgumentException when the text is no such time */
    public static Duration of(String text) {
        Matcher parts = PARTS.matcher(text);
        if (text.isEmpty() || !parts.matches()) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not a time: write for example 30s, 10m, 2h or 1h30m (d, h, m, s)");
        }
        return Duration.ofDays(number(parts.group(1)))
                .plusHours(number(parts.group(2)))
                .plusMinutes(number(parts.group(3)))
                .plusSeconds(number(parts.group(4)));
    }

    private static long number(@org.jspecify.annotations.Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }

    /** Clocks of two machines differ a little: a moment that is less than a second away is now. */
    public static String ago(Instant then, Instant now) {
        Duration passed = Duration.between(then, now);
        if (passed.abs().compareTo(Duration.ofSeconds(1)) < 0) {
            return "now";
        }
        return passed.isNegative() ? "in " + length(passed.abs()) : length(passed) + " ago";
    }

    /** In the largest unit of which there are at least two; rounded down. */
    public static String length(Duration length) {
        if (length.toDays() >= 2) {
            return length.toDays() + "d";
        }
        if (length.toHours() >= 2) {
            return length.toHours() + "h";
        }
        return length.toMinutes() >= 2 ? length.toMinutes() + "m" : length.toSeconds() + "s";
    }
}
