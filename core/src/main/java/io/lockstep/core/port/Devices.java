package io.lockstep.core.port;

import io.lockstep.core.volume.LvUuid;
import java.util.Optional;

/** The device nodes of one host, for the spellings of a path that a name alone does not resolve. */
public interface Devices {

    /** The path at the end of all symbolic links, whether or not it exists; the path itself where it is no link. */
    String follow(String path);

    /** The volume behind {@code /dev/dm-N}; empty when it is no active logical volume. */
    Optional<LvUuid> deviceMapper(int minor);
}
