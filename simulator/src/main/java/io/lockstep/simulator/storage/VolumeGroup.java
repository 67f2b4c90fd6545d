package io.lockstep.simulator.storage;

import io.lockstep.core.domain.HostName;
import io.lockstep.core.volume.LvName;
import io.lockstep.core.volume.LvUuid;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.VolumeInfo;
import java.util.Collection;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The metadata of a volume group, and its lease area when it is shared. Guarded by the cluster's lock.
 */
public final class VolumeGroup {

    private final VgName name;
    private final String uuid;
    private final Optional<HostName> localTo;
    private final LeaseArea leases;
    private final TreeMap<LvName, LogicalVolume> volumes = new TreeMap<>();

    /** @param localTo the only host that sees a group that is not shared */
    VolumeGroup(VgName name, String uuid, Optional<HostName> localTo, SanlockTimes times) {
        this.name = name;
        this.uuid = uuid;
        this.localTo = localTo;
        this.leases = new LeaseArea(times);
    }

    public VgName name() {
        return name;
    }

    String uuid() {
        return uuid;
    }

    public boolean shared() {
        return localTo.isEmpty();
    }

    boolean seenBy(HostName host) {
        return localTo.isEmpty() || localTo.get().equals(host);
    }

    LeaseArea leases() {
        return leases;
    }

    public Collection<LogicalVolume> volumes() {
        return volumes.values();
    }

    public Optional<LogicalVolume> volume(LvName lv) {
        return Optional.ofNullable(volumes.get(lv));
    }

    Optional<LogicalVolume> volume(LvUuid lv) {
        return volumes.values().stream().filter(v -> v.uuid().equals(lv)).findFirst();
    }

    void add(LogicalVolume volume) {
        if (volumes.putIfAbsent(volume.name(), volume) != null) {
            throw new IllegalArgumentException(
                    "Logical Volume \"" + volume.name() + "\" already exists in volume group \"" + name + "\"");
        }
    }

    void remove(LogicalVolume volume) {
        volumes.remove(volume.name());
        leases.forget(volume.uuid());
    }

    void rename(LogicalVolume volume, LvName to) {
        if (volumes.containsKey(to)) {
            throw new IllegalArgumentException(
                    "Logical Volume \"" + to + "\" already exists in volume group \"" + name + "\"");
        }
        volumes.remove(volume.name());
        volume.rename(to);
        volumes.put(to, volume);
    }

    boolean shareable(LogicalVolume volume) {
        return volume.type().shareable() && !hasSnapshot(volume);
    }

    boolean hasSnapshot(LogicalVolume volume) {
        return volumes.values().stream().anyMatch(v -> v.type() == VolumeType.SNAPSHOT && v.lockedVolume() == volume);
    }

    VolumeInfo info(LogicalVolume volume) {
        return new VolumeInfo(
                volume.volume(),
                shareable(volume),
                hasSnapshot(volume) ? "snapshot origin" : volume.type().words());
    }
}
