package io.lockstep.agent.claim;

/** It cannot be told whether a disk is one of our volumes. */
public class UnresolvedDiskException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String reason;

    public UnresolvedDiskException(String message) {
        super(message);
        this.reason = message;
    }

    @Override
    public String getMessage() {
        return reason;
    }
}
