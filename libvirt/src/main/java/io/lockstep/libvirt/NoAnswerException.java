package io.lockstep.libvirt;

/** libvirt did not answer; the reason is for a person. */
final class NoAnswerException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String reason;
    private final boolean asked;

    /** @param asked whether libvirt may have done, or may yet do, what was asked; if not, it never will */
    NoAnswerException(String reason, boolean asked) {
        super(reason);
        this.reason = reason;
        this.asked = asked;
    }

    String reason() {
        return reason;
    }

    boolean asked() {
        return asked;
    }
}
