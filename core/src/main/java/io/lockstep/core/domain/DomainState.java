package io.lockstep.core.domain;

/**
 * A domain's state and the reason for it, as {@code virsh domstate --reason} prints them.
 *
 * @param reason libvirt's own words, for example {@code booted}, {@code migrating}, {@code starting up}; empty when it gives none
 */
public record DomainState(Lifecycle lifecycle, String reason) {

    public enum Lifecycle {
        RUNNING("running"),
        /** libvirt's "idle": a paravirtualised guest that waits. */
        BLOCKED("idle"),
        PAUSED("paused"),
        IN_SHUTDOWN("in shutdown"),
        SHUT_OFF("shut off"),
        CRASHED("crashed"),
        PM_SUSPENDED("pmsuspended");

        private final String words;

        Lifecycle(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }

    public static DomainState running(String reason) {
        return new DomainState(Lifecycle.RUNNING, reason);
    }

    public static DomainState paused(String reason) {
        return new DomainState(Lifecycle.PAUSED, reason);
    }

    public static DomainState shutOff(String reason) {
        return new DomainState(Lifecycle.SHUT_OFF, reason);
    }

    /** Whether a qemu process exists for it. A crashed domain that libvirt preserves still has one. */
    public boolean active() {
        return lifecycle != Lifecycle.SHUT_OFF;
    }

    @Override
    public String toString() {
        return reason.isEmpty() ? lifecycle.words() : lifecycle.words() + " (" + reason + ")";
    }
}
