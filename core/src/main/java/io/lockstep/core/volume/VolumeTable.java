package io.lockstep.core.volume;

import io.lockstep.core.port.Devices;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Every volume of the shared, managed volume groups of one host: what is not in it is not ours.
 *
 * <p>Guarantee: a path is resolved to a volume or to nothing, and never to an error.
 */
public record VolumeTable(Map<VgName, List<VolumeInfo>> groups) {

    public static final VolumeTable EMPTY = new VolumeTable(Map.of());

    public VolumeTable {
        groups = groups.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, e -> List.copyOf(e.getValue())));
    }

    public Optional<Volume> find(VolumeName name) {
        return groups.getOrDefault(name.vg(), List.of()).stream()
                .map(VolumeInfo::volume)
                .filter(v -> v.name().equals(name))
                .findFirst();
    }

    public Optional<Volume> find(LvUuid uuid) {
        return all(v -> v.volume().uuid().equals(uuid)).map(VolumeInfo::volume).findFirst();
    }

    /** By UUID: a volume that was renamed since is found under its new name. */
    public Optional<VolumeInfo> info(Volume volume) {
        return all(v -> v.volume().equals(volume)).findFirst();
    }

    /**
     * The volume that a path leads to on this host: what its spelling says, and where that says nothing of ours, what is at the end
     * of its links.
     */
    public Optional<Volume> resolve(String path, Devices devices) {
        return spelled(VolumePath.of(path), devices).or(() -> linked(path, devices));
    }

    private Optional<Volume> spelled(VolumePath path, Devices devices) {
        return switch (path) {
            case VolumePath.Named named -> find(named.name());
            case VolumePath.Identified identified -> find(identified.uuid());
            case VolumePath.Minor minor -> devices.deviceMapper(minor.minor()).flatMap(this::find);
            case VolumePath.Other _ -> Optional.empty();
        };
    }

    private Optional<Volume> linked(String path, Devices devices) {
        // libvirt refuses a relative path; here it would be followed from wherever the agent happens to stand.
        if (!path.startsWith("/")) {
            return Optional.empty();
        }
        String end = devices.follow(path);
        return end.equals(path) ? Optional.empty() : spelled(VolumePath.of(end), devices);
    }

    private Stream<VolumeInfo> all(Predicate<VolumeInfo> wanted) {
        return groups.values().stream().flatMap(List::stream).filter(wanted);
    }
}
