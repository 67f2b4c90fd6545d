package io.lockstep.core.hook;

import java.util.Locale;
import java.util.Optional;

/** The operations with which libvirt calls its qemu hook. */
public enum HookOperation {
    MIGRATE,
    RESTORE,
    PREPARE,
    START,
    STARTED,
    STOPPED,
    RELEASE,
    RECONNECT,
    ATTACH;

    /** libvirt's spelling. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Empty for an operation that a newer libvirt may have added: such a call concerns nobody here. */
    public static Optional<HookOperation> of(String word) {
        for (HookOperation operation : values()) {
            if (operation.word().equals(word)) {
                return Optional.of(operation);
            }
        }
        return Optional.empty();
    }
}
