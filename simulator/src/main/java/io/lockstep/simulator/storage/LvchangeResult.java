package io.lockstep.simulator.storage;

import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.VolumeName;
import java.util.List;
import java.util.Map;

/**
 * What one {@code lvchange} answered.
 *
 * @param ended false when the command did not end and was walked away from
 * @param said per volume, what the command said; it may be wrong, as the real one's exit status may be
 */
public record LvchangeResult(boolean ended, int exit, List<String> stderr, Map<VolumeName, LockResult> said) {

    public LvchangeResult {
        stderr = List.copyOf(stderr);
        said = Map.copyOf(said);
    }
}
