package io.lockstep.lvm.command;

/** A command printed something that its parser does not know; nothing must be concluded from it. */
public final class UnreadableOutputException extends Exception {

    private static final long serialVersionUID = 1L;

    public UnreadableOutputException(String message) {
        super(message);
    }

    public UnreadableOutputException(String message, Throwable cause) {
        super(message, cause);
    }
}
