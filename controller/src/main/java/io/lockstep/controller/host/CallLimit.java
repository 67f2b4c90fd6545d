package io.lockstep.controller.host;

import java.time.Instant;

/**
 * How long an answer is wanted: until a deadline, or until the caller has gone.
 *
 * @param deadline by the controller's clock
 */
public record CallLimit(Instant deadline, Cancellation cancellation) {

    public static CallLimit until(Instant deadline) {
        return new CallLimit(deadline, new Cancellation());
    }

    /** The same caller, and a deadline that is not later than this one: deadlines nest. */
    public CallLimit within(Instant sooner) {
        return sooner.isBefore(deadline) ? new CallLimit(sooner, cancellation) : this;
    }

    public boolean passed(Instant now) {
        return cancellation.cancelled() || !now.isBefore(deadline);
    }
}
