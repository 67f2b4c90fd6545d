package io.lockstep.libvirt;

/** Nobody waits for this call any more: it ends here. */
final class GivenUpException extends Exception {

    private static final long serialVersionUID = 1L;

    GivenUpException() {
        super("the caller's time limit passed", null, false, false);
    }
}
