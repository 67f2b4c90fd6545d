package io.lockstep.lvm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** /sys, /proc and /dev of a host, under another root. */
public final class FakeFileSystem {

    private final Path root;

    public FakeFileSystem(Path root) throws IOException {
        this.root = root;
        Files.createDirectories(root.resolve("sys/class/block"));
        Files.createDirectories(root.resolve("proc"));
        Files.createDirectories(root.resolve("dev"));
    }

    public void device(int minor, String name, String uuid) throws IOException {
        file("sys/class/block/dm-" + minor + "/dm/name", name + "\n");
        file("sys/class/block/dm-" + minor + "/dm/uuid", uuid + "\n");
    }

    public void removeDevice(int minor) throws IOException {
        Path device = root.resolve("sys/class/block/dm-" + minor);
        if (Files.exists(device)) {
            Files.delete(device.resolve("dm/name"));
            Files.delete(device.resolve("dm/uuid"));
            Files.delete(device.resolve("dm"));
            Files.delete(device);
        }
    }

    public void file(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    public void link(String path, String target) throws IOException {
        Path link = root.resolve(path);
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, Path.of(target));
    }
}
