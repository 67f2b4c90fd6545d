package io.lockstep.agent.lane;

import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.Volume;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a pass did for one request.
 *
 * @param results for each volume that was asked for
 * @param heldBefore what was held here before the pass acted: who gives back leaves it, or makes it, so
 */
public record Settled(Map<Volume, LockResult> results, Map<Volume, LockMode> heldBefore) {

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
        Map<Volume, LockMode> held = new TreeMap<>(heldBefore);
        held.putAll(other.heldBefore);
        return new Settled(all, held);
    }
}
