package io.lockstep.simulator.storage;

import io.lockstep.core.port.Devices;
import io.lockstep.core.port.LockManager;
import io.lockstep.core.port.LockManagerException;
import io.lockstep.core.volume.Lease;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.LvUuid;
import io.lockstep.core.volume.PeerState;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.VgReading;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeInfo;
import io.lockstep.core.volume.VolumeReading;
import io.lockstep.simulator.time.ClusterLock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** One host's lock manager as an agent sees it: what commands say, read back. */
public final class SimulatedLockManager implements LockManager {

    private final ClusterLock cluster;
    private final SharedDisk disk;
    private final HostStorage host;

    public SimulatedLockManager(ClusterLock cluster, SharedDisk disk, HostStorage host) {
        this.cluster = cluster;
        this.disk = disk;
        this.host = host;
    }

    @Override
    public Set<VgName> volumeGroups() throws LockManagerException {
        requireAnswer("vgs");
        return cluster.look(() -> disk.groups().stream()
                .filter(VolumeGroup::shared)
                .filter(host::sees)
                .map(VolumeGroup::name)
                .collect(Collectors.toSet()));
    }

    @Override
    public List<VolumeInfo> volumes(VgName vg) throws LockManagerException {
        requireAnswer("lvs " + vg);
        Optional<List<VolumeInfo>> volumes = cluster.look(() -> disk.group(vg)
                .filter(VolumeGroup::shared)
                .filter(host::sees)
                .map(g -> g.volumes().stream().map(g::info).toList()));
        return volumes.orElseThrow(() -> new LockManagerException("lvs: Volume group \"" + vg + "\" not found"));
    }

    private void requireAnswer(String command) throws LockManagerException {
        if (cluster.look(host::hangs)) {
            cluster.pass(Lvm.LIMIT);
            throw new LockManagerException("\"" + command + "\" does not end");
        }
    }

    @Override
    public VgReading read(VgName vg) {
        disk.watchdogs();
        return cluster.look(() -> {
            Optional<VolumeGroup> group = disk.group(vg).filter(VolumeGroup::shared);
            if (group.isEmpty()) {
                return VgReading.unknown(vg, "no shared volume group of this name");
            }
            if (host.silent() || host.daemons().access(vg) == Access.LVMLOCKD_DEAD) {
                return VgReading.unknown(vg, host.silent() ? "lvmlockctl does not end" : Access.LVMLOCKD_DEAD.words());
            }
            List<VolumeReading> volumes = new ArrayList<>();
            for (LogicalVolume volume : group.get().volumes()) {
                reading(volume).ifPresent(volumes::add);
            }
            return new VgReading(vg, host.daemons().state(vg), volumes);
        });
    }

    /** A thin volume shows its pool's lock, which is the one that protects it, while it is active itself. */
    private Optional<VolumeReading> reading(LogicalVolume volume) {
        boolean active = host.devices().active(volume.uuid());
        LockMode lock = volume.type().lockedByParent() && !active ? LockMode.UNLOCKED : host.believed(volume);
        return active || lock != LockMode.UNLOCKED
                ? Optional.of(new VolumeReading(
                        volume.volume(), lock, active, host.devices().open(volume.uuid())))
                : Optional.empty();
    }

    @Override
    public Map<Volume, LockResult> change(VgName vg, SortedSet<Volume> volumes, LockMode mode) {
        Map<Volume, LockResult> results = new TreeMap<>();
        List<Volume> found =
                cluster.look(() -> volumes.stream().filter(this::isStill).toList());
        volumes.stream().filter(v -> !found.contains(v)).forEach(v -> results.put(v, new LockResult.NoSuchVolume()));
        if (found.isEmpty()) {
            return results;
        }
        LvchangeResult said = host.lvm()
                .lvchange(mode, false, found.stream().map(Volume::toString).toList());
        for (Volume volume : found) {
            LockResult answer = said.said().getOrDefault(volume.name(), new LockResult.Unknown("no answer"));
            results.put(volume, said.ended() ? readBack(volume, mode, answer) : answer);
        }
        return results;
    }

    /** Neither a lock nor a release is believed from the command alone. */
    private LockResult readBack(Volume volume, LockMode mode, LockResult said) {
        if (!said.granted()) {
            return said;
        }
        Access access = cluster.look(() -> host.daemons().access(volume.vg()));
        return switch (access) {
            case NOT_STARTED, STARTING, REMOVING, STORAGE_FAILED -> new LockResult.LockspaceDown(access.words());
            case LVMLOCKD_DEAD -> new LockResult.Unknown(access.words());
            case OPEN, SANLOCK_DEAD -> {
                LockMode is =
                        read(volume.vg()).of(volume).map(VolumeReading::lock).orElse(LockMode.UNLOCKED);
                yield is == mode
                        ? said
                        : new LockResult.Unknown("lvchange said yes, but the lock is "
                                + (mode == LockMode.UNLOCKED ? "still " : "") + is);
            }
        };
    }

    private boolean isStill(Volume volume) {
        return disk.group(volume.vg())
                .filter(VolumeGroup::shared)
                .flatMap(g -> g.volume(volume.name().lv()))
                .filter(v -> v.uuid().equals(volume.uuid()))
                .isPresent();
    }

    @Override
    public Map<Volume, Lease> leases(VgName vg, Set<Volume> volumes) {
        return cluster.look(() -> {
            Optional<VolumeGroup> group = disk.group(vg).filter(VolumeGroup::shared);
            Map<Volume, Lease> leases = new TreeMap<>();
            for (Volume volume : volumes) {
                leases.put(
                        volume,
                        group.flatMap(g -> lease(g, volume.uuid()))
                                .orElseGet(
                                        () -> new Lease.Unknown("the lease area of " + vg + " cannot be read here")));
            }
            return leases;
        });
    }

    private Optional<Lease> lease(VolumeGroup group, LvUuid volume) {
        boolean readable =
                !host.hangs() && host.daemons().lockspace(group.name()).phase() == Lockspace.Phase.STARTED;
        return group.volume(volume)
                .filter(v -> readable)
                .map(v -> group.leases().lease(v.lockedVolume().uuid()));
    }

    @Override
    public List<PeerState> peers(VgName vg) {
        return cluster.look(() -> {
            Access access = host.daemons().access(vg);
            boolean answers = (access == Access.OPEN || access == Access.STORAGE_FAILED)
                    && host.daemons().ready(vg);
            return !answers || host.silent()
                    ? List.of()
                    : disk.group(vg).stream()
                            .flatMap(g -> g.leases().members().stream()
                                    .filter(LeaseArea.Member::everJoined)
                                    .map(m -> new PeerState(
                                            m.id(),
                                            Optional.of(m.name().value()),
                                            m.generation(),
                                            g.leases()
                                                    .liveness(
                                                            m,
                                                            host.now(),
                                                            host.daemons()
                                                                    .lockspace(vg)
                                                                    .joined()))))
                            .toList();
        });
    }

    @Override
    public Devices devices() {
        return new Devices() {
            @Override
            public String follow(String path) {
                return cluster.look(() ->
                        host.devices().resolve(path).map(host.devices()::node).orElse(path));
            }

            @Override
            public Optional<LvUuid> deviceMapper(int minor) {
                return cluster.look(() -> host.devices().minor(minor).map(LogicalVolume::uuid));
            }
        };
    }
}
