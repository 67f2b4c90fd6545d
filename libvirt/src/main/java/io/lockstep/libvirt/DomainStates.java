package io.lockstep.libvirt;

import io.lockstep.core.domain.DomainJob;
import io.lockstep.core.domain.DomainState;
import io.lockstep.core.domain.DomainState.Lifecycle;
import io.lockstep.libvirt.nativeapi.Domain;
import java.util.List;

/** libvirt's numbers for states and reasons in the words of {@code virsh domstate --reason}, as of libvirt 11.3. */
final class DomainStates {

    private static final List<String> UNKNOWN_ONLY = List.of("unknown");

    private static final List<String> RUNNING = List.of(
            "unknown",
            "booted",
            "migrated",
            "restored",
            "from snapshot",
            "unpaused",
            "migration canceled",
            "save canceled",
            "event wakeup",
            "crashed",
            "post-copy",
            "post-copy failed");

    private static final List<String> PAUSED = List.of(
            "unknown",
            "user",
            "migrating",
            "saving",
            "dumping",
            "I/O error",
            "watchdog",
            "from snapshot",
            "shutting down",
            "creating snapshot",
            "crashed",
            "starting up",
            "post-copy",
            "post-copy failed",
            "api error");

    private static final List<String> IN_SHUTDOWN = List.of("unknown", "user");

    private static final List<String> SHUT_OFF = List.of(
            "unknown", "shutdown", "destroyed", "crashed", "migrated", "saved", "failed", "from snapshot", "daemon");

    private static final List<String> CRASHED = List.of("unknown", "panicked");

    /** {@code VIR_DOMAIN_JOB_NONE}. */
    private static final int NO_JOB = 0;

    /** {@code VIR_DOMAIN_JOB_OPERATION_MIGRATION_OUT}. */
    private static final int MIGRATION_OUT = 5;

    private DomainStates() {}

    /** A state that we do not know is taken for running: that asks for the strongest locks and gives nothing up. */
    static DomainState of(Domain.State state) {
        int reason = state.reason();
        return switch (state.state()) {
            case 0 -> new DomainState(Lifecycle.RUNNING, "no state");
            case 1 -> new DomainState(Lifecycle.RUNNING, word(RUNNING, reason));
            case 2 -> new DomainState(Lifecycle.BLOCKED, word(UNKNOWN_ONLY, reason));
            case 3 -> new DomainState(Lifecycle.PAUSED, word(PAUSED, reason));
            case 4 -> new DomainState(Lifecycle.IN_SHUTDOWN, word(IN_SHUTDOWN, reason));
            case 5 -> new DomainState(Lifecycle.SHUT_OFF, word(SHUT_OFF, reason));
            case 6 -> new DomainState(Lifecycle.CRASHED, word(CRASHED, reason));
            case 7 -> new DomainState(Lifecycle.PM_SUSPENDED, word(UNKNOWN_ONLY, reason));
            default -> new DomainState(Lifecycle.RUNNING, "unknown state " + state.state());
        };
    }

    private static String word(List<String> words, int reason) {
        return reason >= 0 && reason < words.size() ? words.get(reason) : "unknown reason " + reason;
    }

    static DomainJob of(Domain.Job job) {
        if (job.type() == NO_JOB) {
            return DomainJob.NONE;
        }
        return job.operation() == MIGRATION_OUT ? DomainJob.OUTGOING_MIGRATION : DomainJob.OTHER;
    }
}
