package io.lockstep.agent.lane;

import io.lockstep.core.claim.Need;
import io.lockstep.core.volume.VgReading;
import io.lockstep.core.volume.Volume;
import java.util.Set;
import java.util.SortedMap;

/** What a lane asks each time it acts: the needs of this moment, and which locks are ours to give up. */
public interface Needs {

    SortedMap<Volume, Need> now();

    Set<Volume> ours(VgReading reading);
}
