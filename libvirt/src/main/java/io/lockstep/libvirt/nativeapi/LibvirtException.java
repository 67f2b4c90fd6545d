package io.lockstep.libvirt.nativeapi;

/** A call that libvirt answered with an error; the message is libvirt's own. */
public final class LibvirtException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Numbers of libvirt's {@code virErrorNumber}. */
    static final int NO_SUPPORT = 3;

    static final int NO_DOMAIN = 42;
    static final int OPERATION_INVALID = 55;
    static final int OPERATION_TIMEOUT = 68;
    static final int ARGUMENT_UNSUPPORTED = 74;
    static final int OPERATION_UNSUPPORTED = 84;

    private final int code;
    private final String words;

    public LibvirtException(int code, String message) {
        super(message);
        this.code = code;
        this.words = message;
    }

    /** libvirt's message. */
    public String words() {
        return words;
    }

    /** The same, with what it is about. */
    public LibvirtException about(String what) {
        return new LibvirtException(code, what + ": " + words);
    }

    /** The domain exists no more. */
    public boolean noDomain() {
        return code == NO_DOMAIN;
    }

    /** It exists, but is not in a state for this call. */
    public boolean invalidNow() {
        return code == OPERATION_INVALID;
    }

    /** Something else is busy with it, and has been for as long as libvirt waits. */
    public boolean timedOut() {
        return code == OPERATION_TIMEOUT;
    }

    /** The driver has no such function. */
    public boolean unsupported() {
        return code == NO_SUPPORT || code == ARGUMENT_UNSUPPORTED || code == OPERATION_UNSUPPORTED;
    }
}
