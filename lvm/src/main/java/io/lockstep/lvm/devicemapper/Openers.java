package io.lockstep.lvm.devicemapper;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Who has a device open, for a person's eyes: best effort, and only after something was refused for it. */
public final class Openers {

    private static final Duration LIMIT = Duration.ofSeconds(1);
    private static final int ENOUGH = 3;

    private final Path proc;
    private final Sysfs sysfs;

    /** @param root of the file system: {@code /}, or elsewhere in tests */
    public Openers(Path root) {
        this.proc = root.resolve("proc");
        this.sysfs = new Sysfs(root);
    }

    /** {@code qemu-system-x86 (pid 4711)}; empty when nothing was found. */
    public String of(DmDevice device) {
        return sysfs.minor(device).map(this::of).orElse("");
    }

    private String of(int minor) {
        List<String> found = new ArrayList<>();
        sysfs.holders(minor).forEach(h -> found.add("device " + h));
        mounts(minor, found);
        long end = System.nanoTime() + LIMIT.toNanos();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                if (found.size() >= ENOUGH || System.nanoTime() - end > 0) {
                    break;
                }
                if (opens(process, "/dev/dm-" + minor)) {
                    found.add(name(process) + " (pid " + process.getFileName() + ")");
                }
            }
        } catch (IOException e) {
            // What was found so far is all there is.
        }
        return String.join(", ", found);
    }

    private static boolean opens(Path process, String device) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path file : files) {
                if (target(file).equals(device)) {
                    return true;
                }
            }
        } catch (IOException e) {
            return false;
        }
        return false;
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "";
        }
    }

    private void mounts(int minor, List<String> found) {
        try {
            for (String line : Files.readAllLines(proc.resolve("self/mountinfo"))) {
                String[] fields = line.split(" ", -1);
                // The third field is major:minor, the fifth where it is mounted; device-mapper's major number is not
                // fixed.
                if (fields.length > 9 && line.contains(" - ") && source(line).endsWith("/dm-" + minor)) {
                    found.add("the file system on " + fields[4]);
                }
            }
        } catch (IOException e) {
            // Best effort.
        }
    }

    private String source(String line) {
        String[] after = line.substring(line.indexOf(" - ") + 3).split(" ", -1);
        if (after.length < 2) {
            return "";
        }
        try {
            Path link = proc.resolveSibling(after[1].substring(1));
            return after[1].startsWith("/dev/") ? link.toRealPath().toString() : "";
        } catch (IOException | RuntimeException e) {
            return "";
        }
    }

    private static String name(Path process) {
        try {
            return Files.readString(process.resolve("comm")).strip();
        } catch (IOException e) {
            return "a process";
        }
    }
}
