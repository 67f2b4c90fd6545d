package io.lockstep.core.port;

import io.lockstep.core.volume.LvUuid;
import java.util.Optional;

/** The device nodes of one host, for the spellings of a path that a name alone does not resolve. */
public interface Devices {

    /**
     * The path at the end of all symbolic links, whether or not it exists; the path itself where it is no link, or where that cannot
     * be told.
     */
    String follow(String path);

    /**
     * Why it cannot be told where a path leads, for a person: a file system does not answer, or nothing is visible there from here
     * although others may see something. Empty where {@link #follow} tells.
     */
    default Optional<String> hidden(String path) {
        return Optional.empty();
    }

    /** The volume behind {@code /dev/dm-N}; empty when it is no active logical volume. */
    Optional<LvUuid> deviceMapper(int minor);
}
