package io.lockstep.simulator.storage;

import io.lockstep.core.volume.LvUuid;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.Volume;
import io.lockstep.simulator.time.ClusterLock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** Faults of one host's LVM, on demand. The ones that name a volume happen once. */
public final class StorageFaults {

    private final ClusterLock cluster;
    private final Set<LvUuid> activationFails = new HashSet<>();
    private final Set<LvUuid> unlockFails = new HashSet<>();
    private final Set<LvUuid> refusals = new HashSet<>();
    private final Set<VgName> invisible = new HashSet<>();
    private boolean hanging;
    private Duration slowness = Duration.ZERO;
    private boolean lockStartFails;

    StorageFaults(ClusterLock cluster) {
        this.cluster = cluster;
    }

    /** LVM commands do not end until this is taken back. */
    public void commandsHang(boolean hang) {
        cluster.change(() -> hanging = hang);
    }

    /** Every LVM command takes so much longer. */
    public void commandsSlow(Duration more) {
        cluster.change(() -> slowness = more);
    }

    /** The paths to a group's storage are lost, as LVM sees it: it is not listed, and no command finds it. Daemons and devices stay. */
    public void groupInvisible(VgName vg, boolean gone) {
        cluster.change(() -> {
            if (gone) {
                invisible.add(vg);
            } else {
                invisible.remove(vg);
            }
        });
    }

    /** The next activation takes the lock and then fails: the lock is leaked, the volume inactive. */
    public void activationFails(Volume volume) {
        cluster.change(() -> activationFails.add(volume.uuid()));
    }

    /** The next {@code -an} deactivates, fails to unlock, and exits with 0. */
    public void unlockFails(Volume volume) {
        cluster.change(() -> unlockFails.add(volume.uuid()));
    }

    /** The next request is refused although nobody holds the volume, as right after another host's release. */
    public void refusedOnce(Volume volume) {
        cluster.change(() -> refusals.add(volume.uuid()));
    }

    /** The next lock-start fails as the first one after a boot may: "invalid parameters for sanlock". */
    public void lockStartFails() {
        cluster.change(() -> lockStartFails = true);
    }

    /** What was to happen once and has not happened yet does not happen any more. */
    public void noneOnce() {
        cluster.change(() -> {
            activationFails.clear();
            unlockFails.clear();
            refusals.clear();
            lockStartFails = false;
        });
    }

    boolean invisible(VgName vg) {
        return invisible.contains(vg);
    }

    Duration slowness() {
        return slowness;
    }

    boolean hanging() {
        return hanging;
    }

    boolean takeActivationFails(LvUuid volume) {
        return activationFails.remove(volume);
    }

    boolean takeUnlockFails(LvUuid volume) {
        return unlockFails.remove(volume);
    }

    boolean takeRefusal(LvUuid volume) {
        return refusals.remove(volume);
    }

    boolean takeLockStartFails() {
        boolean fails = lockStartFails;
        lockStartFails = false;
        return fails;
    }
}
