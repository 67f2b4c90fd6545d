package io.lockstep.lvm.devicemapper;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Device-mapper devices as the kernel shows them in {@code /sys/class/block/dm-N/dm}: no process, no ioctl, no lock. */
public final class Sysfs {

    private final Path blocks;

    /** @param root of the file system: {@code /}, or elsewhere in tests */
    public Sysfs(Path root) {
        this.blocks = root.resolve("sys/class/block");
    }

    /** All devices; each counts as open, because sysfs cannot tell. */
    public DmTable table() throws IOException {
        List<DmDevice> devices = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(blocks, "dm-*")) {
            for (Path device : found) {
                read(device, "name")
                        .ifPresent(name -> devices.add(
                                new DmDevice(name, read(device, "uuid").orElse(""), true)));
            }
        }
        return new DmTable(devices);
    }

    /** The device {@code /dev/dm-N}. */
    public Optional<DmDevice> device(int minor) {
        Path device = blocks.resolve("dm-" + minor);
        return read(device, "name")
                .map(name -> new DmDevice(name, read(device, "uuid").orElse(""), true));
    }

    /** The number N of {@code /dev/dm-N}. */
    public Optional<Integer> minor(DmDevice wanted) {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(blocks, "dm-*")) {
            for (Path device : found) {
                if (read(device, "uuid").filter(wanted.uuid()::equals).isPresent()) {
                    return Optional.of(
                            Integer.parseInt(device.getFileName().toString().substring("dm-".length())));
                }
            }
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    /** The devices that stand on this one. */
    public List<String> holders(int minor) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> found =
                Files.newDirectoryStream(blocks.resolve("dm-" + minor).resolve("holders"))) {
            found.forEach(h -> names.add(h.getFileName().toString()));
        } catch (IOException e) {
            return List.of();
        }
        return names;
    }

    /** Empty for a device that has gone meanwhile. */
    private static Optional<String> read(Path device, String file) {
        try {
            return Optional.of(
                    Files.readString(device.resolve("dm").resolve(file)).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
