package io.lockstep.simulator.storage;

import io.lockstep.core.domain.HostName;
import io.lockstep.core.volume.LvUuid;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The device-mapper devices of one host and the nodes that lead to them. Guarded by the cluster's lock.
 *
 * <p>The device is not the lock: devices stay when the lock daemons forget everything.
 */
final class Devices {

    private static final class Device {
        private final int minor;
        private final Set<String> openers = new TreeSet<>();

        Device(int minor) {
            this.minor = minor;
        }
    }

    private final SharedDisk disk;
    private final HostName host;
    private final Map<LvUuid, Device> devices = new HashMap<>();
    private int nextMinor = 1;

    Devices(SharedDisk disk, HostName host) {
        this.disk = disk;
        this.host = host;
    }

    boolean active(LvUuid volume) {
        return devices.containsKey(volume);
    }

    void activate(LvUuid volume) {
        devices.computeIfAbsent(volume, v -> new Device(nextMinor++));
    }

    void remove(LvUuid volume) {
        devices.remove(volume);
    }

    void clear() {
        devices.clear();
        nextMinor = 1;
    }

    boolean open(LvUuid volume) {
        Device device = devices.get(volume);
        return device != null && !device.openers.isEmpty();
    }

    Optional<LogicalVolume> open(String path, String opener) {
        Optional<LogicalVolume> volume = resolve(path);
        volume.map(v -> devices.get(v.uuid())).ifPresent(d -> d.openers.add(opener));
        return volume;
    }

    void close(String opener) {
        devices.values().forEach(d -> d.openers.remove(opener));
    }

    /** A path that looks like that of a logical volume exists only while the volume is active; any other path exists. */
    boolean exists(String path) {
        return !underDeviceMapper(path) || resolve(path).isPresent();
    }

    private boolean underDeviceMapper(String path) {
        return path.startsWith("/dev/mapper/")
                || path.startsWith("/dev/dm-")
                || path.startsWith("/dev/disk/by-id/dm-")
                || disk.groups().stream().anyMatch(g -> g.seenBy(host) && path.startsWith("/dev/" + g.name() + "/"));
    }

    /** The active volume that a path leads to, in any spelling. */
    Optional<LogicalVolume> resolve(String path) {
        String normal = Path.of(path).normalize().toString();
        return active().filter(v -> nodes(v).contains(normal)).findFirst();
    }

    Optional<LogicalVolume> minor(int minor) {
        return active().filter(v -> minor(v) == minor).findFirst();
    }

    /** {@code /dev/dm-N} of an active volume. */
    String node(LogicalVolume volume) {
        return "/dev/dm-" + minor(volume);
    }

    private int minor(LogicalVolume volume) {
        @Nullable Device device = devices.get(volume.uuid());
        return device == null ? -1 : device.minor;
    }

    private Stream<LogicalVolume> active() {
        return disk.groups().stream()
                .filter(g -> g.seenBy(host))
                .flatMap(g -> g.volumes().stream())
                .filter(v -> active(v.uuid()));
    }

    private List<String> nodes(LogicalVolume volume) {
        String mapped = volume.vg().value().replace("-", "--") + "-"
                + volume.name().value().replace("-", "--");
        String group = disk.group(volume.vg()).map(VolumeGroup::uuid).orElse("");
        return List.of(
                "/dev/" + volume,
                "/dev/mapper/" + mapped,
                node(volume),
                "/dev/disk/by-id/dm-name-" + mapped,
                "/dev/disk/by-id/dm-uuid-LVM-" + group + volume.uuid().plain());
    }
}
