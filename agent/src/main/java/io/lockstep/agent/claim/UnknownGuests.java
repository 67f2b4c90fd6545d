package io.lockstep.agent.claim;

import io.lockstep.agent.state.AgentState;
import io.lockstep.core.claim.DomainClaims;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.VgReading;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeReading;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Guests that run here before this agent has learned of them: it was just started, and its state tells nothing of them.
 *
 * <p>Guarantee: what one of them has open for itself is given to no other domain. The lock manager would not refuse it, since this host
 * holds the lock already.
 */
final class UnknownGuests {

    private static final String SOMEBODY =
            "a guest or a program that Lockstep does not know yet; try again in a few seconds";

    private volatile boolean none;

    /** From now on the claims tell of every guest that runs here. */
    void none() {
        none = true;
    }

    /** Which of the volumes that a domain wants for itself somebody uses of whom no claim tells. */
    Map<Volume, LockResult> using(AgentState now, VgReading reading, String bootId, DomainClaims wanted) {
        Map<Volume, LockResult> used = new TreeMap<>();
        if (none) {
            return used;
        }
        Set<Volume> ours = now.ours(reading, bootId);
        reading.volumes().stream()
                .filter(VolumeReading::open)
                .map(VolumeReading::volume)
                .filter(v -> wanted.modes().get(v) == LockMode.EXCLUSIVE)
                .filter(v -> !ours.contains(v) && !claimed(now, v))
                .forEach(v -> used.put(v, new LockResult.InUse(SOMEBODY)));
        return used;
    }

    private static boolean claimed(AgentState now, Volume volume) {
        return now.claims().values().stream().anyMatch(c -> c.modes().containsKey(volume));
    }
}
