package io.lockstep.simulator.storage;

import io.lockstep.core.domain.HostName;
import io.lockstep.core.volume.HostId;
import io.lockstep.core.volume.LockspaceState;
import io.lockstep.core.volume.VgName;
import io.lockstep.simulator.time.ClusterLock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * lvmlockd and sanlock of one host, and its lockspaces. Guarded by the cluster's lock, except what says that it passes time.
 *
 * <p>What lvmlockd believes and what sanlock has on the disk are two things: killing one daemon, or losing the disk, parts them.
 */
final class LockDaemons {

    /** FACTS: measured after a clean stop, and after a power cut. */
    private static final Duration CLEAN_START = Duration.ofSeconds(4);

    private static final Duration UNCLEAN_START = Duration.ofSeconds(22);

    private enum Lvmlockd {
        RUNNING,
        DEAD,
        /** Restarted with {@code --adopt 1} after it was killed with locks held: it never answers again. */
        HUNG
    }

    private final ClusterLock cluster;
    private final SharedDisk disk;
    private final HostId id;
    private final HostName name;
    private final Map<VgName, Lockspace> lockspaces = new HashMap<>();
    private Lvmlockd lvmlockd = Lvmlockd.RUNNING;
    private boolean sanlock = true;
    private @Nullable Instant lostSince;

    LockDaemons(ClusterLock cluster, SharedDisk disk, HostId id, HostName name) {
        this.cluster = cluster;
        this.disk = disk;
        this.id = id;
        this.name = name;
    }

    /** Whether lvmlockd would never answer. */
    boolean hung() {
        return lvmlockd == Lvmlockd.HUNG;
    }

    Lockspace lockspace(VgName vg) {
        return lockspaces.computeIfAbsent(vg, v -> new Lockspace());
    }

    LeaseArea.Holder holder(VgName vg) {
        return new LeaseArea.Holder(id, lockspace(vg).generation());
    }

    /** Joined when the group was made, so that a new cluster is ready at once. */
    void joined(VolumeGroup group) {
        LeaseArea.Member member = group.leases().member(id, name);
        lockspace(group.name()).started(member.join(), now().minus(disk.times().hostsReady()));
    }

    Access access(VgName vg) {
        Lockspace lockspace = lockspace(vg);
        if (lvmlockd != Lvmlockd.RUNNING) {
            return Access.LVMLOCKD_DEAD;
        }
        return switch (lockspace.phase()) {
            case NOT_STARTED -> Access.NOT_STARTED;
            case STARTING -> Access.STARTING;
            case REMOVING -> Access.REMOVING;
            case STARTED -> !sanlock ? Access.SANLOCK_DEAD : lost(lockspace) ? Access.STORAGE_FAILED : Access.OPEN;
        };
    }

    LockspaceState state(VgName vg) {
        Access access = access(vg);
        return switch (access) {
            case NOT_STARTED -> new LockspaceState.NotStarted();
            case LVMLOCKD_DEAD, STARTING, SANLOCK_DEAD -> new LockspaceState.Unknown(access.words());
            case REMOVING -> new LockspaceState.Lost(access.words());
            case STORAGE_FAILED ->
                new LockspaceState.Lost(access.words() + ": no renewal for more than "
                        + disk.times().renewalFails().toSeconds() + " s");
            case OPEN ->
                ready(vg)
                        ? new LockspaceState.Live(id, lockspace(vg).generation())
                        : new LockspaceState.Unknown("hosts not ready");
        };
    }

    boolean ready(VgName vg) {
        return !now().isBefore(lockspace(vg).joined().plus(disk.times().hostsReady()));
    }

    /**
     * The first half of {@code vgchange --lock-start}.
     *
     * @return what it answers at once, or nothing when it now waits for sanlock
     */
    Optional<CommandResult> beginStart(VgName vg, boolean fails) {
        Lockspace lockspace = lockspace(vg);
        if (lvmlockd == Lvmlockd.DEAD) {
            return Optional.of(
                    CommandResult.refused(Access.LVMLOCKD_DEAD.complaint(vg).getFirst()));
        }
        if (!sanlock) {
            return Optional.of(
                    CommandResult.refused("VG " + vg + " start failed: lock manager sanlock is not running"));
        }
        if (fails) {
            // Recorded: the exit status is 0 all the same.
            return Optional.of(new CommandResult(
                    0, List.of(), List.of("VG " + vg + " start failed: invalid parameters for sanlock")));
        }
        if (lockspace.phase() == Lockspace.Phase.STARTED) {
            return Optional.of(CommandResult.ok());
        }
        if (lockspace.hasOrphans()) {
            lockspace.phase(Lockspace.Phase.REMOVING);
            return Optional.of(CommandResult.ok("VG " + vg + " starting sanlock lockspace"));
        }
        lockspace.phase(Lockspace.Phase.STARTING);
        return Optional.empty();
    }

    Duration startTakes(VgName vg) {
        return member(vg).left() ? CLEAN_START : UNCLEAN_START;
    }

    /** The second half, unless the host lost its power meanwhile. */
    void endStart(VgName vg) {
        if (lockspace(vg).phase() == Lockspace.Phase.STARTING) {
            lockspace(vg).started(member(vg).join(), now());
        }
    }

    /** Releases everything in a clean way. */
    void leave(VgName vg) {
        Lockspace lockspace = lockspace(vg);
        disk.group(vg)
                .ifPresent(
                        g -> lockspace.modes().keySet().forEach(v -> g.leases().release(v, id)));
        member(vg).leave();
        lockspace.stopped();
    }

    void killLvmlockd() {
        lvmlockd = Lvmlockd.DEAD;
        lockspaces.values().forEach(Lockspace::orphaned);
    }

    void startLvmlockd(boolean adopt) {
        boolean hangs = adopt && lockspaces.values().stream().anyMatch(Lockspace::hasOrphans);
        lvmlockd = hangs ? Lvmlockd.HUNG : Lvmlockd.RUNNING;
    }

    void killSanlock() {
        sanlock = false;
        silent();
    }

    /** Both start anew and remember nothing; on the disk this life's leases stay until it is over. */
    void restart() {
        silent();
        started();
        lockspaces.values().forEach(Lockspace::stopped);
    }

    void powerCut() {
        silent();
        lockspaces.values().forEach(Lockspace::stopped);
    }

    void started() {
        sanlock = true;
        lvmlockd = Lvmlockd.RUNNING;
        lostSince = null;
    }

    /** From now on nothing is renewed. */
    void silent() {
        if (lostSince == null) {
            lostSince = now();
        }
        disk.groups().stream()
                .filter(VolumeGroup::shared)
                .forEach(g -> member(g.name()).falls(now()));
    }

    /** The disk answers again: a lockspace that was silent for too long stays lost. */
    void renew() {
        lockspaces.forEach((vg, lockspace) -> {
            boolean over = lost(lockspace) || !sanlock;
            // The renewal that was under way still reaches the disk, even that of a lockspace which is given up.
            member(vg).renews();
            if (over) {
                member(vg).falls(now());
            }
        });
        lostSince = sanlock ? null : lostSince;
    }

    /** How long nothing has been renewed. */
    Duration silence() {
        return lostSince == null ? Duration.ZERO : Duration.between(lostSince, now());
    }

    private boolean lost(Lockspace lockspace) {
        if (silence().compareTo(disk.times().renewalFails()) >= 0) {
            lockspace.lose();
        }
        return lockspace.lost();
    }

    LeaseArea.Member member(VgName vg) {
        return disk.group(vg)
                .orElseThrow(() -> new IllegalArgumentException("Volume group \"" + vg + "\" not found"))
                .leases()
                .member(id, name);
    }

    private Instant now() {
        return cluster.time().instant();
    }
}
