package io.lockstep.agent.work;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;

/**
 * Until when an answer is worth having. Deadlines nest: the callee's is always earlier than the caller's, so that the one who
 * took something is the one who gives it back.
 *
 * @param cancelled whether the caller has gone away before
 */
public record Deadline(InstantSource clock, Instant at, BooleanSupplier cancelled) {

    public static Deadline in(Duration time, InstantSource clock) {
        return new Deadline(clock, clock.instant().plus(time), () -> false);
    }

    public Deadline orWhen(BooleanSupplier gone) {
        return new Deadline(clock, at, gone);
    }

    /** Another one by the same clock, whatever became of this one: for what has to be given back in any case. */
    public Deadline anew(Duration time) {
        return in(time, clock);
    }

    /** The earlier one of this deadline and a duration from now. */
    public Deadline within(Duration time) {
        Instant nested = clock.instant().plus(time);
        return new Deadline(clock, nested.isBefore(at) ? nested : at, cancelled);
    }

    public Duration remaining() {
        Duration left = Duration.between(clock.instant(), at);
        return left.isNegative() ? Duration.ZERO : left;
    }

    public boolean passed() {
        return cancelled.getAsBoolean() || remaining().isZero();
    }
}
