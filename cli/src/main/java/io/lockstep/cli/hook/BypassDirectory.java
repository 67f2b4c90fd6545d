package io.lockstep.cli.hook;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * The directory of bypass files, which the hook reads before it asks anybody.
 *
 * <p>Guarantees: a file is there whole or not at all, also after a power cut; only its owner can read or write it or the
 * directory.
 */
final class BypassDirectory {

    private static final Set<PosixFilePermission> DIRECTORY = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");

    private final Path directory;

    BypassDirectory(Path directory) {
        this.directory = directory;
    }

    /** What the directory holds: a bypass, or a file that is none. */
    sealed interface Entry {
        record Valid(Bypass bypass) implements Entry {}

        record Unreadable(String file, String reason) implements Entry {}
    }

    /** Replaces an earlier one of the same domain. */
    Path write(Bypass bypass) throws IOException {
        Path file = directory.resolve(BypassName.encode(bypass.domain()));
        Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(DIRECTORY));
        if (!Files.getPosixFilePermissions(directory).equals(DIRECTORY)) {
            Files.setPosixFilePermissions(directory, DIRECTORY);
        }
        // A name that neither the hook nor list() takes for a bypass.
        Path written = Files.createTempFile(directory, ".new-", "", PosixFilePermissions.asFileAttribute(FILE));
        try {
            try (FileChannel channel = FileChannel.open(written, StandardOpenOption.WRITE)) {
                ByteBuffer content = StandardCharsets.UTF_8.encode(String.join("\n", bypass.lines()) + "\n");
                while (content.hasRemaining()) {
                    channel.write(content);
                }
                channel.force(true);
            }
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(written);
        }
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
        return file;
    }

    /** Whether there was one. */
    boolean end(String domain) throws IOException {
        return Files.deleteIfExists(directory.resolve(BypassName.encode(domain)));
    }

    /** By file name; none when there is no directory. */
    List<Entry> list() throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory, "*" + BypassName.SUFFIX)) {
            all.forEach(files::add);
        } catch (NoSuchFileException e) {
            return List.of();
        }
        files.sort(Comparator.comparing(Path::toString));
        List<Entry> entries = new ArrayList<>();
        for (Path file : files) {
            entries.add(read(file));
        }
        return entries;
    }

    private static Entry read(Path file) throws IOException {
        String name = file.getFileName().toString();
        try {
            return BypassName.decode(name)
                    .<Entry>map(domain -> new Entry.Valid(Bypass.parse(domain, lines(file))))
                    .orElseGet(() -> new Entry.Unreadable(name, "not the name of a bypass"));
        } catch (IllegalArgumentException e) {
            return new Entry.Unreadable(name, String.valueOf(e.getMessage()));
        } catch (java.io.UncheckedIOException e) {
            throw new IOException(e);
        }
    }

    private static List<String> lines(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
