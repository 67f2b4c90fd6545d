package io.lockstep.core.claim;

import io.lockstep.core.volume.LockMode;

/**
 * What this host needs of one volume at this moment.
 *
 * @param floor what must be held: a weaker mode leaves a guest unprotected
 * @param goal what is asked for; stronger than the floor only while a handover settles, when a refusal is no fault
 */
public record Need(LockMode floor, LockMode goal) {

    public Need {
        if (!goal.satisfies(floor) || floor == LockMode.UNLOCKED) {
            throw new IllegalArgumentException("a need of at least " + floor + " cannot ask for " + goal);
        }
    }

    public static Need of(LockMode mode) {
        return new Need(mode, mode);
    }

    /** What satisfies both. */
    public Need strongest(Need other) {
        return new Need(floor.strongest(other.floor), goal.strongest(other.goal));
    }
}
