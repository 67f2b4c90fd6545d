package io.lockstep.core.volume;

/**
 * The state of a volume group's lockspace on this host. A lock counts only in a live one: when sanlock has died, lvmlockctl
 * goes on saying {@code ex} for ever while another host is granted the lock.
 */
public sealed interface LockspaceState {

    /** For a person: what is wrong, or that nothing is. */
    String reason();

    /** Renewed within 8 × io_timeout, not dead, not being killed. */
    record Live(HostId self, Generation generation) implements LockspaceState {
        @Override
        public String reason() {
            return "live";
        }
    }

    record NotStarted() implements LockspaceState {
        @Override
        public String reason() {
            return "lockspace not started (vgchange --lock-start)";
        }
    }

    /** sanlock failed to renew, or lvmlockd is told to kill the volume group: locks shown here prove nothing any more. */
    record Lost(String reason) implements LockspaceState {}

    /** No answer, or just joined: neither live nor lost. */
    record Unknown(String reason) implements LockspaceState {}
}
