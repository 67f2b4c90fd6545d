package io.lockstep.agent.lane;

import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.Volume;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a pass did for one request.
 *
 * @param results for each volume that was asked for
 * @param heldBefore the volumes that were held here before the pass acted: who gives back leaves these alone
 */
public record Settled(Map<Volume, LockResult> results, Set<Volume> heldBefore) {

    public static Settled nothing(Map<Volume, LockResult> results) {
        return new Settled(results, results.keySet());
    }

    public boolean granted() {
        return results.values().stream().allMatch(LockResult::granted);
    }

    public Map<Volume, LockResult> refusals() {
        Map<Volume, LockResult> refusals = new TreeMap<>(results);
        refusals.values().removeIf(LockResult::granted);
        return refusals;
    }

    Settled and(Settled other) {
        Map<Volume, LockResult> all = new TreeMap<>(results);
        all.putAll(other.results);
        Set<Volume> held = new TreeSet<>(heldBefore);
        held.addAll(other.heldBefore);
        return new Settled(all, held);
    }
}
