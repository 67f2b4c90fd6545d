package io.lockstep.simulator;

import io.lockstep.core.domain.HostName;
import io.lockstep.core.volume.Lease;
import io.lockstep.core.volume.LvName;
import io.lockstep.core.volume.LvUuid;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeName;
import io.lockstep.simulator.hook.HookCaller;
import io.lockstep.simulator.libvirt.Libvirtd;
import io.lockstep.simulator.libvirt.Writers;
import io.lockstep.simulator.storage.SanlockTimes;
import io.lockstep.simulator.storage.SharedDisk;
import io.lockstep.simulator.storage.VolumeType;
import io.lockstep.simulator.time.ClusterLock;
import io.lockstep.simulator.time.SimulatedTime;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A cluster in memory. Volume groups are joined by every host, volumes are inactive and free, until somebody acts.
 *
 * <p>All of it may be used from several threads. In virtual time and from one thread, a run repeats exactly.
 */
public final class Cluster {

    private final ClusterLock lock;
    private final SharedDisk disk;
    private final Writers writers;
    private final Map<HostName, SimulatedHost> hosts = new LinkedHashMap<>();

    private Cluster(SimulatedTime time, SanlockTimes sanlock, List<HostName> names) {
        lock = new ClusterLock(time);
        disk = new SharedDisk(lock, sanlock);
        writers = new Writers(lock);
        names.forEach(name -> hosts.put(name, new SimulatedHost(name, lock, disk, writers, this::libvirtd)));
        lock.observer(() -> writers.observe(
                hosts.values().stream().map(SimulatedHost::libvirtd).toList()));
    }

    /** Hosts with host_id 1, 2, 3, … in virtual time. */
    public static Cluster named(String... hosts) {
        return in(SimulatedTime.virtual(), hosts);
    }

    public static Cluster in(SimulatedTime time, String... hosts) {
        return new Cluster(
                time,
                SanlockTimes.DEFAULT,
                List.of(hosts).stream().map(HostName::new).toList());
    }

    /** A shared volume group, its lockspace started everywhere. */
    public Cluster volumeGroup(String vg) {
        disk.sharedGroup(new VgName(vg));
        return this;
    }

    /** A volume group on a disk that only one host has. */
    public Cluster localVolumeGroup(String host, String vg) {
        disk.localGroup(new VgName(vg), new HostName(host));
        return this;
    }

    /** A linear volume that nobody holds. A volume that was removed and is made again is another one. */
    public Volume volume(String name) {
        return volume(name, VolumeType.LINEAR);
    }

    public Volume volume(String name, VolumeType type) {
        return disk.create(VolumeName.of(name), type, Optional.empty(), Optional.empty());
    }

    /** A linear volume with a UUID that somebody knows. */
    public Volume volumeWithUuid(String name, String uuid) {
        return disk.create(VolumeName.of(name), VolumeType.LINEAR, Optional.empty(), Optional.of(new LvUuid(uuid)));
    }

    public Cluster volumes(String... names) {
        List.of(names).forEach(this::volume);
        return this;
    }

    /** A thin volume of a pool; the pool's lock protects it. */
    public Volume thinVolume(String name, String pool) {
        return disk.create(VolumeName.of(name), VolumeType.THIN, Optional.of(VolumeName.of(pool)), Optional.empty());
    }

    /** A classic snapshot: from now on its origin cannot be SHARED. */
    public Volume snapshot(String name, String origin) {
        return disk.create(
                VolumeName.of(name), VolumeType.SNAPSHOT, Optional.of(VolumeName.of(origin)), Optional.empty());
    }

    public void removeVolume(String name) {
        disk.remove(VolumeName.of(name));
    }

    public void renameVolume(String name, String lv) {
        disk.rename(VolumeName.of(name), new LvName(lv));
    }

    /** {@code lvcreate -ky}: activating it succeeds, and activates nothing. */
    public void activationSkip(String name, boolean skip) {
        disk.activationSkip(VolumeName.of(name), skip);
    }

    /** A volume as its group's metadata names it now. */
    public Volume known(String name) {
        return disk.volume(VolumeName.of(name));
    }

    /** What stands in the lease area, whoever asks. */
    public Lease lease(String name) {
        return disk.lease(VolumeName.of(name));
    }

    public SharedDisk disk() {
        return disk;
    }

    public SimulatedHost host(String name) {
        SimulatedHost host = hosts.get(new HostName(name));
        if (host == null) {
            throw new IllegalArgumentException("no host \"" + name + "\" in this cluster: " + hosts.keySet());
        }
        return host;
    }

    private Optional<Libvirtd> libvirtd(HostName host) {
        return Optional.ofNullable(hosts.get(host)).map(SimulatedHost::libvirtd);
    }

    public Collection<SimulatedHost> hosts() {
        return hosts.values();
    }

    /** What every host's libvirt calls. */
    public Cluster hooks(HookCaller hooks) {
        hosts.values().forEach(host -> host.libvirtd().hooks(hooks));
        return this;
    }

    public SimulatedTime time() {
        return lock.time();
    }

    public Writers writers() {
        return writers;
    }

    /** The invariants, of the cluster as its watchdogs leave it. */
    public Invariants invariants() {
        disk.watchdogs();
        return new Invariants(this);
    }
}
