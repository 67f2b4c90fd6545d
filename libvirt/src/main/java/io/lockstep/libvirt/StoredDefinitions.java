package io.lockstep.libvirt;

import io.lockstep.core.port.Definitions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The files in which libvirt stores the definitions of domains, one for each, named after it. libvirt writes one before the call
 * that defines the domain ends, so a domain that can be started from a definition has its file.
 */
public final class StoredDefinitions implements Definitions {

    public static final String DEFAULT_DIRECTORY = "/etc/libvirt/qemu";

    /** Far beyond the definition of any domain. */
    private static final long MOST_BYTES = 16 << 20;

    private final Path directory;

    public StoredDefinitions(Path directory) {
        this.directory = directory;
    }

    @Override
    public Optional<byte[]> stored(String name) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new IOException(directory + " is not the directory in which libvirt stores definitions");
        }
        if (name.isEmpty() || name.indexOf('/') >= 0 || name.indexOf('\0') >= 0) {
            return Optional.empty(); // libvirt takes no such name
        }
        Path file = file(name);
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new IOException(file + " has more than " + MOST_BYTES + " bytes");
            }
            return Optional.of(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private Path file(String name) throws IOException {
        try {
            return directory.resolve(name + ".xml");
        } catch (InvalidPathException e) {
            throw new IOException("the locale of this process has no file name for \"" + name + "\"", e);
        }
    }
}
