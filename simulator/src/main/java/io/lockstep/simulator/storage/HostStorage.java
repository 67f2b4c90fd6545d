package io.lockstep.simulator.storage;

import io.lockstep.core.domain.HostName;
import io.lockstep.core.volume.HostId;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LvUuid;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeName;
import io.lockstep.simulator.time.ClusterLock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One host's side of the shared storage: its lock daemons, its lockspaces and its devices.
 *
 * <p>Public methods take the cluster's lock themselves; the others expect it to be held.
 */
public final class HostStorage {

    private final ClusterLock cluster;
    private final SharedDisk disk;
    private final HostId id;
    private final HostName name;
    private final Runnable watchdogReset;
    private final Devices devices;
    private final LockDaemons daemons;
    private final StorageFaults faults;
    private final AtomicLong lvchanges = new AtomicLong();
    private final Map<VgName, ReentrantLock> commandQueues = new HashMap<>();
    private boolean powered = true;
    private int powerCuts;
    private boolean watchdog;
    private boolean stalled;

    HostStorage(ClusterLock cluster, SharedDisk disk, HostId id, HostName name, Runnable watchdogReset) {
        this.cluster = cluster;
        this.disk = disk;
        this.id = id;
        this.name = name;
        this.watchdogReset = watchdogReset;
        this.devices = new Devices(disk, name);
        this.daemons = new LockDaemons(cluster, disk, id, name);
        this.faults = new StorageFaults(cluster);
    }

    public HostId id() {
        return id;
    }

    public HostName name() {
        return name;
    }

    public StorageFaults faults() {
        return faults;
    }

    /** The LVM commands of this host. */
    public Lvm lvm() {
        return new Lvm(cluster, disk, this);
    }

    /** How many {@code lvchange} and {@code vgchange} commands have run here. */
    public long commands() {
        return lvchanges.get();
    }

    void count() {
        lvchanges.incrementAndGet();
    }

    /** Commands of one host on one group wait for each other; another host's activations do not. */
    ReentrantLock commandQueue(VgName vg) {
        return cluster.look(() -> commandQueues.computeIfAbsent(vg, v -> new ReentrantLock()));
    }

    // Locks

    LockDaemons daemons() {
        return daemons;
    }

    /** The mode that really excludes other hosts: this host's row in the lease area, until sanlock's time on it is over. */
    public LockMode protection(LogicalVolume volume) {
        return cluster.look(() -> disk.group(volume.vg())
                .filter(VolumeGroup::shared)
                .map(g -> g.leases().protection(volume.lockedVolume().uuid(), daemons.member(volume.vg()), now()))
                .orElse(LockMode.UNLOCKED));
    }

    /** What lvmlockd shows here, true or not. */
    public LockMode believed(LogicalVolume volume) {
        return cluster.look(
                () -> daemons.lockspace(volume.vg()).mode(volume.lockedVolume().uuid()));
    }

    /** Whether what lvmlockd shows here counts. */
    public boolean live(VgName vg) {
        return cluster.look(() -> powered && daemons.access(vg) == Access.OPEN);
    }

    // Devices

    Devices devices() {
        return devices;
    }

    /** Opens what is behind a path, as qemu or an administrator does. */
    public Optional<LogicalVolume> open(String path, String opener) {
        return cluster.changing(() -> devices.open(path, opener));
    }

    public void close(String opener) {
        cluster.change(() -> devices.close(opener));
    }

    /** Whether a path leads somewhere: an inactive volume has no device node. */
    public boolean exists(String path) {
        return cluster.look(() -> devices.exists(path));
    }

    public Optional<Volume> resolve(String path) {
        return cluster.look(() -> devices.resolve(path).map(LogicalVolume::volume));
    }

    public boolean active(VolumeName volume) {
        return cluster.look(() -> disk.group(volume.vg())
                .flatMap(g -> g.volume(volume.lv()))
                .filter(v -> devices.active(v.uuid()))
                .isPresent());
    }

    void forget(LogicalVolume volume) {
        devices.remove(volume.uuid());
        daemons.lockspace(volume.vg()).modes().remove(volume.uuid());
    }

    // Daemons and power

    /** {@code vgchange --lock-start}, until sanlock has joined. */
    public CommandResult lockStart(VgName vg) {
        Optional<CommandResult> answer = cluster.changing(() ->
                hangs() ? Optional.of(CommandResult.stuck()) : daemons.beginStart(vg, faults.takeLockStartFails()));
        if (answer.isPresent()) {
            return answer.get();
        }
        int life = cluster.look(this::powerCuts);
        cluster.pass(cluster.look(() -> daemons.startTakes(vg)));
        boolean cut = cluster.changing(() -> {
            if (powerCuts != life) {
                return true;
            }
            daemons.endStart(vg);
            return false;
        });
        if (cut) {
            return CommandResult.stuck();
        }
        return CommandResult.ok(
                "VG " + vg + " starting sanlock lockspace",
                "Starting locking.  Waiting for sanlock may take a few seconds to 3 min...");
    }

    /** {@code vgchange --lock-stop}. */
    public CommandResult lockStop(VgName vg) {
        return cluster.changing(() -> {
            if (disk.group(vg).stream().flatMap(g -> g.volumes().stream()).anyMatch(v -> devices.active(v.uuid()))) {
                return CommandResult.refused("VG " + vg + " stop failed: LVs must first be deactivated");
            }
            daemons.leave(vg);
            return CommandResult.ok();
        });
    }

    /** {@code lvmlockctl --drop}: forgets the locks of a group whose lockspace was lost. */
    public CommandResult drop(VgName vg) {
        return cluster.changing(() -> {
            daemons.leave(vg);
            return CommandResult.ok();
        });
    }

    /** {@code kill -9} on lvmlockd alone: its leases live on in sanlock as orphans. */
    public void killLvmlockd() {
        cluster.change(daemons::killLvmlockd);
    }

    /** @param adopt with {@code --adopt 1}: when it was killed with locks held, it and every LVM command hang for ever */
    public void startLvmlockd(boolean adopt) {
        cluster.change(() -> daemons.startLvmlockd(adopt));
    }

    /** {@code kill -9} on sanlock alone: lvmlockd goes on saying what it held, and others are granted it in the end. */
    public void killSanlock() {
        cluster.change(daemons::killSanlock);
    }

    /** sanlock and lvmlockd start anew: locks are gone, devices stay. */
    public void restartLockDaemons() {
        cluster.change(daemons::restart);
    }

    /** The disk does not answer this host any more: renewals fail, commands and reads hang, guests stand still. */
    public void stallStorage() {
        cluster.change(() -> {
            stalled = true;
            daemons.silent();
        });
    }

    /** The disk answers again. What was lost meanwhile stays lost: see {@link #drop}. */
    public void resumeStorage() {
        cluster.change(() -> {
            stalled = false;
            daemons.renew();
        });
    }

    public boolean stalled() {
        return cluster.look(() -> stalled);
    }

    /** With the watchdog in use a host that cannot renew is reset before anybody else is granted its locks. */
    public void watchdog(boolean watchdog) {
        cluster.change(() -> this.watchdog = watchdog);
    }

    boolean watchdogDue() {
        return watchdog && powered && daemons.silence().compareTo(disk.times().watchdogResets()) >= 0;
    }

    void reset() {
        watchdogReset.run();
    }

    public boolean powered() {
        return cluster.look(() -> powered);
    }

    /** The power is cut: what the lease area says stays until sanlock's time on the other hosts is over. */
    public void powerCut() {
        cluster.change(() -> {
            powered = false;
            powerCuts++;
            devices.clear();
            daemons.powerCut();
        });
    }

    /** The host boots: daemons run, no lockspace is started, nothing is active. */
    public void powerOn() {
        cluster.change(() -> {
            powered = true;
            stalled = false;
            daemons.started();
        });
    }

    /** How often the power was cut: what ran before a cut does nothing after it. */
    int powerCuts() {
        return powerCuts;
    }

    /** Whether a command that touches the disk or lvmlockd would never end. */
    boolean hangs() {
        return !powered || stalled || daemons.hung() || faults.hanging();
    }

    /** Whether LVM finds the group here. */
    boolean sees(VolumeGroup group) {
        return group.seenBy(name) && !faults.invisible(group.name());
    }

    /** Whether lvmlockctl would never end. */
    boolean silent() {
        return !powered || daemons.hung();
    }

    Instant now() {
        return cluster.time().instant();
    }

    /** The volumes that lvmlockd shows, as {@code lvmlockctl --info} prints them. */
    public Map<LvUuid, LockMode> lvmlockctl(VgName vg) {
        return cluster.look(() -> Map.copyOf(daemons.lockspace(vg).modes()));
    }
}
