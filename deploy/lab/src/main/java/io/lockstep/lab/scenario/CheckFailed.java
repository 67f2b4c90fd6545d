package io.lockstep.lab.scenario;

/** A scenario showed something else than it should. */
public final class CheckFailed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public CheckFailed(String message) {
        super(message);
    }
}
