package io.lockstep.agent.claim;

import io.lockstep.agent.lane.Lanes;
import io.lockstep.agent.libvirt.DomainWatch;
import io.lockstep.core.claim.ClaimModes;
import io.lockstep.core.domain.DiskSource;
import io.lockstep.core.domain.DomainDefinition;
import io.lockstep.core.port.Devices;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeName;
import io.lockstep.core.volume.VolumePath;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * From the disks of a domain's XML to volumes of managed groups.
 *
 * <p>Guarantee: a path that is none of our volumes is ignored; only a disk that cannot be told to be one or not is an error.
 */
public final class Volumes {

    private final Lanes lanes;
    private final Devices devices;
    private final DomainWatch watch;

    public Volumes(Lanes lanes, Devices devices, DomainWatch watch) {
        this.lanes = lanes;
        this.devices = devices;
        this.watch = watch;
    }

    /** The modes that the domain needs, by volume. @throws UnresolvedDiskException when a disk's pool is not known */
    public SortedMap<Volume, LockMode> modes(DomainDefinition domain) throws UnresolvedDiskException {
        for (DiskSource disk : domain.disks()) {
            if (path(disk.source()).isEmpty() && disk.source() instanceof DiskSource.PoolVolume pool) {
                throw new UnresolvedDiskException("disk " + disk.target() + " is volume " + pool.volume()
                        + " of storage pool " + pool.pool()
                        + ", and libvirt has not told where that pool is: start the pool (virsh pool-start "
                        + pool.pool() + ") and try again");
            }
        }
        // A volume or a group that was made after the last reading must not be taken for none of ours.
        domain.disks().forEach(disk -> unknownName(disk).ifPresent(lanes::refreshFor));
        Optional<String> unread = lanes.problem();
        for (DiskSource disk : unread.isPresent() ? domain.disks() : List.<DiskSource>of()) {
            Optional<String> device = path(disk.source()).filter(p -> p.startsWith("/dev/"));
            if (device.isPresent()
                    && lanes.table().resolve(device.get(), devices).isEmpty()) {
                throw new UnresolvedDiskException("disk " + disk.target() + " (" + device.get()
                        + ") may be a volume of a shared group, and these cannot be read: " + unread.get());
            }
        }
        return ClaimModes.of(
                domain, source -> path(source).flatMap(p -> lanes.table().resolve(p, devices)));
    }

    private Optional<String> path(DiskSource.Source source) {
        return switch (source) {
            case DiskSource.Device device -> Optional.of(device.path());
            case DiskSource.PoolVolume pool -> watch.poolTarget(pool.pool()).map(t -> t + "/" + pool.volume());
        };
    }

    private Optional<VolumeName> unknownName(DiskSource disk) {
        return path(disk.source())
                .filter(p -> lanes.table().resolve(p, devices).isEmpty())
                .flatMap(p -> name(p).or(() -> name(devices.follow(p))));
    }

    private static Optional<VolumeName> name(String path) {
        return VolumePath.of(path) instanceof VolumePath.Named named ? Optional.of(named.name()) : Optional.empty();
    }

    /** For a person's request: the volume of this name. */
    public Optional<Volume> find(VolumeName name) {
        Optional<Volume> known = lanes.table().find(name);
        if (known.isPresent() || lanes.lane(name.vg()).isEmpty()) {
            return known;
        }
        lanes.refresh();
        return lanes.table().find(name);
    }
}
