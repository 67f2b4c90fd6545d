package io.lockstep.cli;

/** Ends a command: one line for stderr, which says what to do now, and the exit status. */
public final class CommandFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ExitStatus status;

    public CommandFailure(ExitStatus status, String message) {
        super(message);
        this.status = status;
    }

    public CommandFailure(ExitStatus status, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    public ExitStatus status() {
        return status;
    }

    /** The text of a failure, which every one of them has. */
    public String text() {
        String message = getMessage();
        return message == null ? toString() : message;
    }
}
