package io.lockstep.libvirt.nativeapi;

/** libvirt's C library cannot be used on this machine; the message says what to install. */
public final class LibvirtMissingException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    LibvirtMissingException(String message, Throwable cause) {
        super(message, cause);
    }
}
