package io.lockstep.simulator.storage;

import io.lockstep.core.domain.HostName;
import io.lockstep.core.volume.HostId;
import io.lockstep.core.volume.Lease;
import io.lockstep.core.volume.LvName;
import io.lockstep.core.volume.LvUuid;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeName;
import io.lockstep.simulator.time.ClusterLock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/** The disk that every host of a cluster sees: volume groups, and what is done to their metadata. */
public final class SharedDisk {

    private static final String UUID_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final long UUID_SEED = 20261122;

    private final ClusterLock cluster;
    private final SanlockTimes times;
    private final Map<VgName, VolumeGroup> groups = new TreeMap<>();
    private final List<HostStorage> hosts = new ArrayList<>();
    private final Random uuids = new Random(UUID_SEED);
    private boolean namesHolders;

    public SharedDisk(ClusterLock cluster, SanlockTimes times) {
        this.cluster = cluster;
        this.times = times;
    }

    /** Connects a host to the disk. */
    public HostStorage connect(HostName host, Runnable watchdog) {
        return cluster.changing(() -> {
            HostStorage storage = new HostStorage(cluster, this, new HostId(hosts.size() + 1), host, watchdog);
            hosts.add(storage);
            return storage;
        });
    }

    /** {@code vgcreate --shared}, and every host has joined its lockspace long ago. */
    public void sharedGroup(VgName vg) {
        cluster.change(() -> {
            VolumeGroup group = new VolumeGroup(vg, uuid().plain(), Optional.empty(), times);
            groups.put(vg, group);
            hosts.forEach(host -> host.daemons().joined(group));
        });
    }

    /** A group on a disk of one host: lvmlockd has nothing to do with it. */
    public void localGroup(VgName vg, HostName host) {
        cluster.change(() -> groups.put(vg, new VolumeGroup(vg, uuid().plain(), Optional.of(host), times)));
    }

    /** {@code lvcreate -an}: nobody holds it. */
    public Volume create(VolumeName name, VolumeType type, Optional<VolumeName> parent, Optional<LvUuid> uuid) {
        return cluster.changing(() -> {
            LogicalVolume volume = new LogicalVolume(
                    name,
                    uuid.orElseGet(this::uuid),
                    type,
                    parent.map(this::required).orElse(null));
            requiredGroup(name.vg()).add(volume);
            return volume.volume();
        });
    }

    /** {@code lvremove}, whoever holds it: LVM would refuse while somebody does. */
    public void remove(VolumeName name) {
        cluster.change(() -> {
            LogicalVolume volume = required(name);
            for (HostStorage host : hosts) {
                host.forget(volume);
            }
            requiredGroup(name.vg()).remove(volume);
        });
    }

    public void rename(VolumeName name, LvName to) {
        cluster.change(() -> requiredGroup(name.vg()).rename(required(name), to));
    }

    public void activationSkip(VolumeName name, boolean skip) {
        cluster.change(() -> required(name).activationSkip(skip));
    }

    public void autoActivation(VolumeName name, boolean auto) {
        cluster.change(() -> required(name).autoActivation(auto));
    }

    /** {@code sanlock direct init} on a lease: it is free on the disk, whatever its holder believes. */
    public void wipeLease(VolumeName name) {
        cluster.change(() -> {
            LogicalVolume locked = required(name).lockedVolume();
            requiredGroup(name.vg()).leases().forget(locked.uuid());
        });
    }

    /** Newer LVM appends the holder's host_id to "LV locked by other host". */
    public void namesHolders(boolean namesHolders) {
        cluster.change(() -> this.namesHolders = namesHolders);
    }

    boolean namesHolders() {
        return namesHolders;
    }

    public Volume volume(VolumeName name) {
        return cluster.look(() -> required(name).volume());
    }

    /** What the lease area says, whether or not the holders still live. */
    public Lease lease(VolumeName name) {
        return cluster.look(() -> {
            LogicalVolume volume = required(name);
            return requiredGroup(volume.vg())
                    .leases()
                    .lease(volume.lockedVolume().uuid());
        });
    }

    /** Every volume of every shared group. */
    public List<LogicalVolume> volumes() {
        return cluster.look(() -> groups.values().stream()
                .filter(VolumeGroup::shared)
                .flatMap(g -> g.volumes().stream())
                .toList());
    }

    public List<VgName> sharedGroups() {
        return cluster.look(() -> groups.values().stream()
                .filter(VolumeGroup::shared)
                .map(VolumeGroup::name)
                .toList());
    }

    Collection<VolumeGroup> groups() {
        return groups.values();
    }

    Optional<VolumeGroup> group(VgName vg) {
        return Optional.ofNullable(groups.get(vg));
    }

    SanlockTimes times() {
        return times;
    }

    /** Lets the watchdog of every host do what it had to do by now. It looks before each grant, so it is never too late. */
    public void watchdogs() {
        List<HostStorage> due = cluster.look(
                () -> hosts.stream().filter(HostStorage::watchdogDue).toList());
        due.forEach(HostStorage::reset);
    }

    private LogicalVolume required(VolumeName name) {
        return requiredGroup(name.vg())
                .volume(name.lv())
                .orElseThrow(() -> new IllegalArgumentException("Failed to find logical volume \"" + name + "\""));
    }

    private VolumeGroup requiredGroup(VgName vg) {
        return group(vg).orElseThrow(() -> new IllegalArgumentException("Volume group \"" + vg + "\" not found"));
    }

    private LvUuid uuid() {
        StringBuilder plain = new StringBuilder(32);
        for (int i = 0; i < 32; i++) {
            plain.append(UUID_ALPHABET.charAt(uuids.nextInt(UUID_ALPHABET.length())));
        }
        return LvUuid.ofPlain(plain.toString());
    }
}
