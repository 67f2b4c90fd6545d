package io.lockstep.core.volume;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * What a device path alone says of the volume behind it. One volume has many spellings; which of them a domain's XML uses is its
 * author's choice.
 *
 * <p>Guarantees: reading a path never fails and never looks at the host; a path that only resembles a volume's is read as one that
 * no volume group has, and finds nothing later.
 */
public sealed interface VolumePath {

    /** {@code /dev/VG/LV}, {@code /dev/mapper/VG-LV} or {@code /dev/disk/by-id/dm-name-VG-LV}. */
    record Named(VolumeName name) implements VolumePath {}

    /** {@code /dev/disk/by-id/dm-uuid-LVM-…}: the volume group's UUID and the volume's, 32 characters each. */
    record Identified(LvUuid uuid) implements VolumePath {}

    /** {@code /dev/dm-N}: the number says nothing that outlives an activation. */
    record Minor(int minor) implements VolumePath {}

    /** No spelling of a volume; it may still be a link to one. Without duplicate slashes and dots where it is absolute. */
    record Other(String path) implements VolumePath {}

    static VolumePath of(String path) {
        if (!path.startsWith("/")) {
            return new Other(path);
        }
        List<String> names = names(path);
        return device(names).orElseGet(() -> new Other(joined(names)));
    }

    /** Whether a path lies under {@code /dev}: the only place where a file's path is taken for a device. */
    static boolean underDev(String path) {
        List<String> names = path.startsWith("/") ? names(path) : List.of();
        return names.size() > 1 && names.getFirst().equals("dev");
    }

    private static Optional<VolumePath> device(List<String> names) {
        if (names.isEmpty() || !names.getFirst().equals("dev")) {
            return Optional.empty();
        }
        return switch (names.size()) {
            case 2 -> Spelling.minor(names.get(1));
            case 3 -> second(names.get(1), names.get(2));
            case 4 ->
                names.get(1).equals("disk") && names.get(2).equals("by-id")
                        ? Spelling.byId(names.get(3))
                        : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static Optional<VolumePath> second(String directory, String name) {
        if (directory.equals("mapper")) {
            return Spelling.mapper(name);
        }
        // udev's own directories, /dev/disk/by-id and the like, are no volumes of a group that is called disk.
        return directory.equals("disk") && name.startsWith("by-") ? Optional.empty() : Spelling.named(directory, name);
    }

    private static List<String> names(String path) {
        Deque<String> names = new ArrayDeque<>();
        for (String name : path.split("/", -1)) {
            switch (name) {
                case "", "." -> {}
                case ".." -> names.pollLast();
                default -> names.addLast(name);
            }
        }
        return List.copyOf(names);
    }

    private static String joined(List<String> names) {
        return "/" + String.join("/", names);
    }
}
