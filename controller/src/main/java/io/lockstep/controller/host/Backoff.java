package io.lockstep.controller.host;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Waits that double from the first to the longest, each with a jitter of up to half, so that many do not come back at once. */
public record Backoff(Duration first, Duration longest) {

    private static final int MOST_DOUBLINGS = 20;

    public Backoff {
        if (first.isNegative() || first.isZero() || longest.compareTo(first) < 0) {
            throw new IllegalArgumentException("a back-off from " + first + " to " + longest);
        }
    }

    /** @param failures so far, 1 or more */
    public Duration after(int failures, RandomGenerator random) {
        long doubled = first.toMillis() << Math.clamp(failures - 1L, 0, MOST_DOUBLINGS);
        long millis = Math.min(doubled, longest.toMillis());
        return Duration.ofMillis(millis - random.nextLong(millis / 2 + 1));
    }
}
