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
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/**
 * From the disks of a domain's XML to volumes of managed groups.
 *
 * <p>Guarantee: a path that is none of our volumes is ignored; only a disk that cannot be told to be one or not is an error. What is
 * only not visible, or does not answer, can not be told.
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

    /** The modes that the domain needs, by volume. @throws UnresolvedDiskException when it is not known what a disk is */
    public SortedMap<Volume, LockMode> modes(DomainDefinition domain) throws UnresolvedDiskException {
        resolvable(domain);
        // A volume or a group that was made after the last reading must not be taken for none of ours.
        if (domain.disks().stream().anyMatch(this::unreadYet)) {
            lanes.refresh();
        }
        return known(domain);
    }

    /** The same by the names as they were read last; for whoever looks again anyway. */
    public SortedMap<Volume, LockMode> known(DomainDefinition domain) throws UnresolvedDiskException {
        resolvable(domain);
        for (DiskSource disk : domain.disks()) {
            Optional<String> device = path(disk.source())
                    .filter(p -> VolumePath.underDev(p) || VolumePath.underDev(devices.follow(p)))
                    .filter(p -> lanes.table().resolve(p, devices).isEmpty());
            Optional<String> unread = device.flatMap(this::unread);
            if (device.isPresent() && unread.isPresent()) {
                throw new UnresolvedDiskException("disk " + disk.target() + " (" + device.get()
                        + ") may be a volume of a shared group, and these cannot be read: " + unread.get());
            }
            if (device.isPresent()) {
                lanes.readAgainSoon();
            }
        }
        return ClaimModes.of(
                domain, source -> path(source).flatMap(p -> lanes.table().resolve(p, devices)));
    }

    private Optional<String> unread(String path) {
        return lanes.unread(VolumePath.of(path)).or(() -> lanes.unread(VolumePath.of(devices.follow(path))));
    }

    /** A block device outside {@code /dev} is a link, or nothing that a domain could use. */
    private Optional<String> hidden(DiskSource.Source source) {
        return source instanceof DiskSource.Device device && !VolumePath.underDev(device.path())
                ? devices.hidden(device.path())
                : Optional.empty();
    }

    private void resolvable(DomainDefinition domain) throws UnresolvedDiskException {
        for (DiskSource disk : domain.disks()) {
            if (path(disk.source()).isEmpty() && disk.source() instanceof DiskSource.PoolVolume pool) {
                throw new UnresolvedDiskException("disk " + disk.target() + " is volume " + pool.volume()
                        + " of storage pool " + pool.pool()
                        + ", and libvirt has not told where that pool is: start the pool (virsh pool-start "
                        + pool.pool() + ") and try again");
            }
            Optional<String> hidden = hidden(disk.source());
            if (hidden.isPresent()) {
                throw new UnresolvedDiskException("disk " + disk.target()
                        + " may be a link to a volume of a shared group, and where it leads is not known: "
                        + hidden.get());
            }
        }
    }

    private Optional<String> path(DiskSource.Source source) {
        return switch (source) {
            case DiskSource.Device device -> Optional.of(device.path());
            case DiskSource.PoolVolume pool -> watch.poolTarget(pool.pool()).map(t -> t + "/" + pool.volume());
        };
    }

    /** Whether a disk is none of the volumes that have been read, and may be one all the same. */
    private boolean unreadYet(DiskSource disk) {
        return path(disk.source())
                .filter(p -> lanes.table().resolve(p, devices).isEmpty())
                .filter(p -> mayBeOurs(VolumePath.of(p)) || mayBeOurs(VolumePath.of(devices.follow(p))))
                .isPresent();
    }

    private boolean mayBeOurs(VolumePath path) {
        return switch (path) {
            case VolumePath.Named named -> lanes.mayBeOurs(named.name());
            case VolumePath.Identified ignored -> true;
            case VolumePath.Minor minor -> devices.deviceMapper(minor.minor()).isPresent();
            case VolumePath.Other ignored -> false;
        };
    }

    /** Whether a volume is among these, or one that has its name or its UUID now. */
    public static boolean renewed(Volume volume, Set<Volume> now) {
        return now.stream()
                .anyMatch(v -> v.uuid().equals(volume.uuid()) || v.name().equals(volume.name()));
    }

    /** For a person's request: the volume of this name. */
    public Optional<Volume> find(VolumeName name) {
        readAgainFor(Set.of(name));
        return lanes.table().find(name);
    }

    /** Reads the names of all volumes again, once, when some of these are not known and may be new. */
    public void readAgainFor(Collection<VolumeName> names) {
        if (names.stream()
                .anyMatch(n ->
                        lanes.table().find(n).isEmpty() && lanes.lane(n.vg()).isPresent())) {
            lanes.refresh();
        }
    }
}
