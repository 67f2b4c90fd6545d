package io.lockstep.agent.claim;

import io.lockstep.agent.lane.Lanes;
import io.lockstep.agent.state.AgentState;
import io.lockstep.agent.state.StateStore;
import io.lockstep.agent.work.Deadline;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.Volume;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Whoever uses volumes on this host without a claim: a guest that an agent which lost its state has not seen yet, or the host itself.
 *
 * <p>The lock manager would not refuse another user, since this host holds the lock already.
 */
final class Strangers {

    private final StateStore state;
    private final Lanes lanes;
    private final String bootId;

    Strangers(StateStore state, Lanes lanes, String bootId) {
        this.state = state;
        this.lanes = lanes;
        this.bootId = bootId;
    }

    /** What of these is open here under a lock that no claim stands for, each with that reason; before anything is recorded. */
    Map<Volume, LockResult> using(Map<Volume, LockMode> modes, Deadline deadline) {
        Set<Volume> strange = excluding(modes, lanes::held);
        strange.removeAll(claimed(state.get()));
        strange.removeIf(v -> !lanes.foreign(v));
        return open(strange, deadline);
    }

    /**
     * The same once their locks were asked for, by what was read then: somebody may have come since the look before.
     *
     * @param before the state of the agent before their claims were recorded
     */
    Map<Volume, LockResult> using(
            Map<Volume, LockMode> modes, Map<Volume, LockMode> heldBefore, AgentState before, Deadline deadline) {
        Set<Volume> strange = excluding(modes, v -> Optional.ofNullable(heldBefore.get(v)));
        strange.removeAll(claimed(before));
        lanes.all().forEach(l -> strange.removeAll(before.ours(l.reading(), bootId)));
        return open(strange, deadline);
    }

    /**
     * Those that are held here, and not SHARED by one and wanted SHARED by the other: two that are content with that may use a volume
     * together, as a cluster file system is used.
     */
    private static Set<Volume> excluding(Map<Volume, LockMode> modes, Function<Volume, Optional<LockMode>> held) {
        return modes.entrySet().stream()
                .filter(wanted -> held.apply(wanted.getKey())
                        .filter(h -> h != LockMode.UNLOCKED)
                        .filter(h -> h == LockMode.EXCLUSIVE || wanted.getValue() == LockMode.EXCLUSIVE)
                        .isPresent())
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<Volume> claimed(AgentState state) {
        Set<Volume> claimed = new TreeSet<>();
        state.claims().values().forEach(c -> claimed.addAll(c.modes().keySet()));
        return claimed;
    }

    private Map<Volume, LockResult> open(Set<Volume> strange, Deadline deadline) {
        if (strange.stream().anyMatch(lanes::open)) {
            // What udev opens for a moment is closed in the next look.
            strange.stream().map(Volume::vg).distinct().forEach(vg -> lanes.lookAgain(vg, deadline));
        }
        return strange.stream()
                .filter(lanes::open)
                .collect(Collectors.toMap(
                        v -> v, v -> new LockResult.InUse("something on this host that Lockstep does not know")));
    }
}
