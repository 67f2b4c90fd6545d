package io.lockstep.agent.lane;

import io.lockstep.core.volume.LockResult;
import java.time.Duration;
import java.time.Instant;

/**
 * A volume whose request was refused: asked again later and later, so that a holder that stays costs little, and never given up.
 *
 * @param attempts how often it was refused in a row
 */
record Backoff(int attempts, Instant retryAt, LockResult refusal) {

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(15);
    private static final int DOUBLINGS = 5;

    static Backoff first(LockResult refusal, Instant now) {
        return new Backoff(1, now.plus(FIRST), refusal);
    }

    Backoff again(LockResult another, Instant now) {
        Duration wait = FIRST.multipliedBy(1L << Math.min(attempts, DOUBLINGS));
        return new Backoff(attempts + 1, now.plus(wait.compareTo(LONGEST) > 0 ? LONGEST : wait), another);
    }

    /** The same without its waits. */
    Backoff dueAt(Instant now) {
        return new Backoff(0, now, refusal);
    }

    boolean due(Instant now) {
        return !now.isBefore(retryAt);
    }
}
