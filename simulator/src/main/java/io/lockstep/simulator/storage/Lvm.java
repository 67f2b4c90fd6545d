package io.lockstep.simulator.storage;

import io.lockstep.core.volume.HostId;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.LvName;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.VolumeName;
import io.lockstep.simulator.time.ClusterLock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * {@code lvchange} and {@code vgchange} of one host, exit status and words included.
 *
 * <p>Volumes of one command succeed or fail one by one, in order. Shared requests that are excluded, and releases of open
 * volumes, are retried for five seconds before they are refused, so they succeed when the obstacle goes away meanwhile.
 */
public final class Lvm {

    /** A command that hangs is walked away from: 15 s, and 5 s after the kill. */
    public static final Duration LIMIT = Duration.ofSeconds(20);

    /** FACTS section 3: what one command costs, and what each volume adds. */
    private static final Duration COMMAND = Duration.ofMillis(140);

    private static final Duration ACTIVATE = Duration.ofMillis(150);
    private static final Duration CONVERT = Duration.ofMillis(20);
    private static final Duration DEACTIVATE = Duration.ofMillis(40);

    /** sanlock's sh_retries. */
    private static final int SHARED_RETRIES = 8;

    private static final Duration SHARED_PAUSE = Duration.ofMillis(625);
    private static final int CLOSE_RETRIES = 25;
    private static final Duration CLOSE_PAUSE = Duration.ofMillis(200);
    private static final int REFUSED = 5;

    private final ClusterLock cluster;
    private final SharedDisk disk;
    private final HostStorage host;

    Lvm(ClusterLock cluster, SharedDisk disk, HostStorage host) {
        this.cluster = cluster;
        this.disk = disk;
        this.host = host;
    }

    /** {@code lvchange -aey}, {@code -asy} or {@code -an} on volumes named {@code vg/lv}. */
    public LvchangeResult lvchange(LockMode mode, String... volumes) {
        return lvchange(mode, false, List.of(volumes));
    }

    /** @param ignoreSkip {@code -K}: activates also what has the activation-skip flag */
    public LvchangeResult lvchange(LockMode mode, boolean ignoreSkip, List<String> volumes) {
        host.count();
        Command command = new Command(mode, ignoreSkip);
        Map<VgName, List<VolumeName>> groups = new LinkedHashMap<>();
        volumes.stream()
                .map(Lvm::named)
                .forEach(v ->
                        groups.computeIfAbsent(v.vg(), g -> new ArrayList<>()).add(v));
        groups.forEach(command::group);
        return command.result();
    }

    /** {@code vgchange -aay}, {@code -asy} or {@code -an}: every volume of the group that it concerns. */
    public LvchangeResult vgchange(LockMode mode, boolean auto, VgName vg) {
        List<String> volumes = cluster.look(() -> disk.group(vg).stream()
                .flatMap(g -> g.volumes().stream())
                .filter(v -> !auto || v.autoActivation())
                .filter(v -> v.type() != VolumeType.SNAPSHOT)
                .map(LogicalVolume::toString)
                .toList());
        return lvchange(mode, false, volumes);
    }

    /** {@code lvcreate}: a new volume is left EXCLUSIVE on the host that made it. */
    public LvchangeResult lvcreate(VolumeName name) {
        disk.create(name, VolumeType.LINEAR, Optional.empty(), Optional.empty());
        return lvchange(LockMode.EXCLUSIVE, name.toString());
    }

    /** {@code lvextend}: impossible while the lock is SHARED. */
    public CommandResult lvextend(VolumeName name) {
        return cluster.look(() -> disk.group(name.vg())
                .flatMap(g -> g.volume(name.lv()))
                .map(v -> host.believed(v) == LockMode.SHARED
                        ? CommandResult.refused("LV is already locked with incompatible mode: " + name)
                        : CommandResult.ok("Logical volume " + name + " successfully resized."))
                .orElseGet(() -> CommandResult.refused("Failed to find logical volume \"" + name + "\"")));
    }

    /** One run of the command. */
    private final class Command {
        private final LockMode mode;
        private final boolean ignoreSkip;
        private final List<String> stderr = new ArrayList<>();
        private final Map<VolumeName, LockResult> said = new LinkedHashMap<>();
        private final int life = cluster.look(host::powerCuts);
        private boolean ended = true;
        private boolean failed;

        Command(LockMode mode, boolean ignoreSkip) {
            this.mode = mode;
            this.ignoreSkip = ignoreSkip;
        }

        LvchangeResult result() {
            return new LvchangeResult(ended, !ended ? 124 : failed ? REFUSED : 0, stderr, said);
        }

        void group(VgName vg, List<VolumeName> volumes) {
            ReentrantLock queue = host.commandQueue(vg);
            queue.lock();
            try {
                if (hangs()) {
                    neverEnds(volumes);
                    return;
                }
                pass(COMMAND.plus(cluster.look(() -> host.faults().slowness())));
                Optional<VolumeGroup> group = cluster.look(() -> disk.group(vg).filter(host::sees));
                if (group.isEmpty()) {
                    refuse("Volume group \"" + vg + "\" not found");
                    refuse("Cannot process volume group " + vg);
                    volumes.forEach(v -> said.put(
                            v, new LockResult.LockspaceDown("LVM does not see volume group " + vg + " on this host")));
                } else if (!group.get().shared()) {
                    volumes.forEach(v -> one(group.get(), v, Optional.empty()));
                } else {
                    shared(group.get(), volumes);
                }
            } catch (PowerCut e) {
                neverEnds(volumes);
            } finally {
                queue.unlock();
            }
        }

        private void neverEnds(List<VolumeName> volumes) {
            ended = false;
            volumes.forEach(v -> said.put(v, new LockResult.Stuck("lvchange " + option() + " " + v)));
        }

        private void pass(Duration time) {
            cluster.pass(time);
            stillRuns();
        }

        /** The command is gone with the host's power, and does nothing on the host that boots after it. */
        private void stillRuns() {
            if (cluster.look(host::powerCuts) != life) {
                throw new PowerCut();
            }
        }

        private void shared(VolumeGroup group, List<VolumeName> volumes) {
            disk.watchdogs();
            Access access = cluster.look(() -> host.daemons().access(group.name()));
            if (access != Access.OPEN) {
                access.complaint(group.name()).forEach(this::say);
                if (mode != LockMode.UNLOCKED) {
                    refuse("Cannot access VG " + group.name() + " due to failed lock.");
                    volumes.forEach(v -> said.put(v, new LockResult.LockspaceDown(access.words())));
                    return;
                }
                say("Reading VG " + group.name() + " without a lock.");
            }
            volumes.forEach(v -> one(group, v, Optional.of(access)));
        }

        /** @param access empty in a group that is not shared, where nothing is locked */
        private void one(VolumeGroup group, VolumeName name, Optional<Access> access) {
            Optional<LogicalVolume> found = cluster.look(() -> group.volume(name.lv()));
            if (found.isEmpty()) {
                refuse("Failed to find logical volume \"" + name + "\"");
                said.put(name, new LockResult.NoSuchVolume());
                return;
            }
            LogicalVolume volume = found.get();
            if (volume.type() == VolumeType.SNAPSHOT) {
                say("Change of snapshot " + name + " will also change its origin " + volume.lockedVolume()
                        + ". Proceed? [y/n]: [n]");
                refuse("Logical volume " + name + " not changed.");
                said.put(
                        name,
                        mode == LockMode.SHARED
                                ? new LockResult.NotShareable("snapshot")
                                : new LockResult.Unknown("lvchange asked a question: its origin would change too"));
                return;
            }
            said.put(
                    name,
                    mode == LockMode.UNLOCKED ? deactivate(group, volume, access) : activate(group, volume, access));
        }

        private LockResult activate(VolumeGroup group, LogicalVolume volume, Optional<Access> access) {
            if (cluster.look(volume::activationSkip) && !ignoreSkip) {
                return new LockResult.NotActivated();
            }
            boolean convert = cluster.look(() -> host.devices().active(volume.uuid()));
            pass(convert ? CONVERT : ACTIVATE);
            LockResult locked = access.isPresent() ? lock(group, volume) : new LockResult.Granted(mode);
            if (!locked.granted()) {
                refuse("Failed to lock logical volume " + volume + ".");
                return locked;
            }
            boolean activated = cluster.changing(() -> {
                stillRuns();
                if (host.faults().takeActivationFails(volume.uuid())) {
                    return false;
                }
                host.devices().activate(volume.uuid());
                return true;
            });
            if (!activated) {
                refuse("Failed to activate logical volume " + volume + ".");
                return new LockResult.Unknown("the lock was taken, but the volume could not be activated");
            }
            return locked;
        }

        private LockResult lock(VolumeGroup group, LogicalVolume volume) {
            if (mode == LockMode.SHARED && !cluster.look(() -> group.shareable(volume.lockedVolume()))) {
                LogicalVolume locked = volume.lockedVolume();
                String type = locked.type().words();
                say("Shared activation not compatible with LV type " + type + " of " + locked);
                return new LockResult.NotShareable(
                        cluster.look(() -> group.hasSnapshot(locked)) ? "snapshot origin" : type);
            }
            int retries = mode == LockMode.SHARED ? SHARED_RETRIES : 0;
            Optional<Excluded> excluding = request(group, volume.lockedVolume());
            for (int i = 0; i < retries && excluding.isPresent(); i++) {
                pass(SHARED_PAUSE);
                excluding = request(group, volume.lockedVolume());
            }
            if (excluding.isEmpty()) {
                return new LockResult.Granted(mode);
            }
            Optional<HostId> holder = excluding.get().by().filter(h -> disk.namesHolders());
            say("LV locked by other host: " + volume
                    + holder.map(h -> " (host_id " + h.value() + ")").orElse(""));
            return new LockResult.HeldElsewhere(holder);
        }

        /** @param by empty when nobody does, and the lock manager refuses all the same */
        private record Excluded(Optional<HostId> by) {}

        /** @return empty when granted */
        private Optional<Excluded> request(VolumeGroup group, LogicalVolume locked) {
            disk.watchdogs();
            return cluster.changing(() -> {
                stillRuns();
                if (host.daemons().access(group.name()) != Access.OPEN || host.hangs()) {
                    return Optional.of(new Excluded(Optional.empty()));
                }
                Lockspace lockspace = host.daemons().lockspace(group.name());
                if (lockspace.mode(locked.uuid()) == mode) {
                    return Optional.<Excluded>empty();
                }
                if (host.faults().takeRefusal(locked.uuid())) {
                    return Optional.of(new Excluded(Optional.empty()));
                }
                Optional<LeaseArea.Holder> excluding = group.leases()
                        .acquire(
                                locked.uuid(),
                                mode,
                                host.daemons().holder(group.name()),
                                host.now(),
                                lockspace.joined());
                if (excluding.isEmpty()) {
                    lockspace.modes().put(locked.uuid(), mode);
                }
                return excluding.map(h -> new Excluded(Optional.of(h.host())));
            });
        }

        private LockResult deactivate(VolumeGroup group, LogicalVolume volume, Optional<Access> access) {
            for (int i = 0;
                    i < CLOSE_RETRIES && cluster.look(() -> host.devices().open(volume.uuid()));
                    i++) {
                pass(CLOSE_PAUSE);
            }
            if (cluster.look(() -> host.devices().active(volume.uuid()))) {
                pass(DEACTIVATE);
            }
            return cluster.changing(() -> {
                stillRuns();
                if (host.devices().open(volume.uuid())) {
                    refuse("Logical volume " + volume + " in use.");
                    return new LockResult.InUse("");
                }
                host.devices().remove(volume.uuid());
                if (access.filter(a -> a == Access.OPEN).isPresent()) {
                    unlock(group, volume.lockedVolume());
                }
                return new LockResult.Granted(LockMode.UNLOCKED);
            });
        }

        private void unlock(VolumeGroup group, LogicalVolume locked) {
            if (poolInUse(group, locked)) {
                return;
            }
            if (host.faults().takeUnlockFails(locked.uuid())) {
                say("Failed to unlock logical volume " + locked + ".");
                return;
            }
            if (host.daemons().lockspace(group.name()).modes().remove(locked.uuid()) != null) {
                group.leases().release(locked.uuid(), host.id());
            }
        }

        /** A pool's lock stays until neither the pool nor any of its thin volumes is active. */
        private boolean poolInUse(VolumeGroup group, LogicalVolume locked) {
            return locked.type() == VolumeType.THIN_POOL
                    && group.volumes().stream()
                            .anyMatch(v ->
                                    v.lockedVolume() == locked && host.devices().active(v.uuid()));
        }

        private boolean hangs() {
            if (cluster.await(() -> !host.hangs(), LIMIT)) {
                return false;
            }
            if (cluster.time().isVirtual()) {
                cluster.pass(LIMIT);
            }
            return true;
        }

        private String option() {
            return switch (mode) {
                case UNLOCKED -> "-an";
                case SHARED -> "-asy";
                case EXCLUSIVE -> "-aey";
            };
        }

        private void say(String line) {
            stderr.add(line);
        }

        private void refuse(String line) {
            stderr.add(line);
            failed = true;
        }
    }

    /** Ends a command. */
    private static final class PowerCut extends RuntimeException {
        private static final long serialVersionUID = 1L;

        PowerCut() {
            super("the power was cut", null, false, false);
        }
    }

    /** The volume that a path in an LVM command names: {@code vg/lv}, {@code /dev/vg/lv} or {@code /dev/mapper/vg-lv}. */
    public static VolumeName named(String text) {
        if (text.startsWith("/dev/mapper/")) {
            String mapped = text.substring("/dev/mapper/".length());
            int dash = mapped.replace("--", "##").indexOf('-');
            return new VolumeName(
                    new VgName(mapped.substring(0, dash).replace("--", "-")),
                    new LvName(mapped.substring(dash + 1).replace("--", "-")));
        }
        return VolumeName.of(text.startsWith("/dev/") ? text.substring("/dev/".length()) : text);
    }
}
