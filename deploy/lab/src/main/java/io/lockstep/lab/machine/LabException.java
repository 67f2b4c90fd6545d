package io.lockstep.lab.machine;

/** The lab itself does not work, as opposed to a scenario that shows something else than it should. */
public final class LabException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public LabException(String message) {
        super(message);
    }

    public LabException(String message, Throwable cause) {
        super(message, cause);
    }
}
