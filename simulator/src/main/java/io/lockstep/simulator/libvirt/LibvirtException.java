package io.lockstep.simulator.libvirt;

/** An operation failed; the message is libvirt's own text, without virsh's "error: ". */
class LibvirtException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String words;

    LibvirtException(String message) {
        super(message);
        words = message;
    }

    String words() {
        return words;
    }

    /** The daemon or its host is gone in the middle of an operation: nothing more is done, and no more hooks are called. */
    static final class Gone extends LibvirtException {

        private static final long serialVersionUID = 1L;

        Gone() {
            super(
                    "Disconnected from qemu:///system due to end of file\nEnd of file while reading data: Input/output error");
        }
    }
}
