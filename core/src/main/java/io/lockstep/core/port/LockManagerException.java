package io.lockstep.core.port;

/** The lock manager did not answer; the message says what was asked and what came instead. */
public class LockManagerException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String reason;

    public LockManagerException(String message) {
        super(message);
        this.reason = message;
    }

    public LockManagerException(String message, Throwable cause) {
        super(message, cause);
        this.reason = message;
    }

    /** What was asked, and what came instead. */
    public String reason() {
        return reason;
    }
}
