package io.lockstep.agent.state;

/** A promise could not be made, because it could not be kept across a crash. */
public class StateNotSavedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String reason;

    public StateNotSavedException(String message, Throwable cause) {
        super(message, cause);
        this.reason = message;
    }

    @Override
    public String getMessage() {
        return reason;
    }
}
