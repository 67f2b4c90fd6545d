package io.lockstep.agent.claim;

import io.lockstep.agent.lane.Lanes;
import io.lockstep.agent.state.StateStore;
import io.lockstep.agent.work.Deadline;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.Volume;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Whoever uses volumes on this host without a claim: a guest that an agent which lost its state has not seen yet, or the host itself.
 *
 * <p>The lock manager would not refuse another user, since this host holds the lock already.
 */
final class Strangers {

    private final StateStore state;
    private final Lanes lanes;

    Strangers(StateStore state, Lanes lanes) {
        this.state = state;
        this.lanes = lanes;
    }

    /** What is to be EXCLUSIVE and is open here under a lock that no claim stands for, each with that reason. */
    Map<Volume, LockResult> using(Map<Volume, LockMode> modes, Deadline deadline) {
        Set<Volume> used = used(modes);
        if (!used.isEmpty()) {
            // What udev opens for a moment is closed in the next look.
            used.stream().map(Volume::vg).distinct().forEach(vg -> lanes.lookAgain(vg, deadline));
            used = used(modes);
        }
        return used.stream()
                .collect(Collectors.toMap(
                        v -> v, v -> new LockResult.InUse("something on this host that Lockstep does not know")));
    }

    private Set<Volume> used(Map<Volume, LockMode> modes) {
        Set<Volume> claimed = new TreeSet<>();
        state.get().claims().values().forEach(c -> claimed.addAll(c.modes().keySet()));
        return modes.entrySet().stream()
                .filter(e -> e.getValue() == LockMode.EXCLUSIVE)
                .map(Map.Entry::getKey)
                .filter(v -> !claimed.contains(v) && lanes.open(v) && lanes.foreign(v))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
