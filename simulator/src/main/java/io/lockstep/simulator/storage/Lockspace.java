package io.lockstep.simulator.storage;

import io.lockstep.core.volume.Generation;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LvUuid;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * One volume group's lockspace on one host: what lvmlockd there believes to hold, and how sanlock there does. Guarded by the
 * cluster's lock.
 */
final class Lockspace {

    enum Phase {
        NOT_STARTED,
        STARTING,
        STARTED,
        /** {@code REM:lvm_VG}: lvmlockd was killed, its leases live on in sanlock as orphans, and nothing can be asked for. */
        REMOVING
    }

    private final Map<LvUuid, LockMode> modes = new HashMap<>();
    private final Set<LvUuid> orphans = new HashSet<>();
    private Phase phase = Phase.NOT_STARTED;
    private Generation generation = new Generation(0);
    private Instant joined = Instant.EPOCH;
    private boolean lost;

    Phase phase() {
        return phase;
    }

    void phase(Phase phase) {
        this.phase = phase;
    }

    void started(Generation generation, Instant joined) {
        phase = Phase.STARTED;
        this.generation = generation;
        this.joined = joined;
        lost = false;
        modes.clear();
    }

    void stopped() {
        phase = Phase.NOT_STARTED;
        modes.clear();
        orphans.clear();
        lost = false;
    }

    /** lvmlockd died and forgot everything, sanlock did not. */
    void orphaned() {
        orphans.addAll(modes.keySet());
        modes.clear();
        phase = Phase.NOT_STARTED;
    }

    boolean hasOrphans() {
        return !orphans.isEmpty();
    }

    Generation generation() {
        return generation;
    }

    Instant joined() {
        return joined;
    }

    /** sanlock's {@code space_dead} and lvmlockd's {@code kill_vg}: nothing ends that but {@code --drop} and a new start. */
    boolean lost() {
        return lost;
    }

    void lose() {
        if (phase == Phase.STARTED) {
            lost = true;
        }
    }

    /** What {@code lvmlockctl --info} shows. */
    Map<LvUuid, LockMode> modes() {
        return modes;
    }

    LockMode mode(LvUuid volume) {
        return modes.getOrDefault(volume, LockMode.UNLOCKED);
    }
}
