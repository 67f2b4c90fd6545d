package io.lockstep.core.reconcile;

import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.Volume;

/**
 * A difference between the lock that this host holds on a volume and the strongest mode that its claims need.
 *
 * @param held what lvmlockd shows here
 * @param needed the goal of the claims; UNLOCKED when nobody claims the volume
 */
public record Drift(Kind kind, Volume volume, LockMode held, LockMode needed) implements Comparable<Drift> {

    public enum Kind {
        /** Held in a weaker mode than a guest needs, or not at all. */
        TOO_WEAK("a guest needs more than is held"),
        /** Enough for now; more is asked for while a handover settles. */
        SETTLING("a handover settles"),
        /** Held in a stronger mode than needed: other hosts are kept out without need. */
        TOO_STRONG("more is held than is needed"),
        /** Acquired by Lockstep, and no domain claims it any more. */
        UNCLAIMED("no domain needs it any more"),
        /** The same, but a process has it open: it is left until that ends. */
        UNCLAIMED_IN_USE("no domain needs it, but a process has it open"),
        /** Held, claimed by no domain, and not acquired by Lockstep: somebody activated it by hand. It is left alone. */
        FOREIGN("activated by hand; Lockstep leaves it alone"),
        /** A lock whose volume is inactive: an activation failed half-way. */
        LEAKED("a lock is held on an inactive volume"),
        /** The device is there and the lock is not, as after a restart of the lock daemons: another host may take it. */
        UNPROTECTED("the volume is active without a lock");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }

    @Override
    public int compareTo(Drift other) {
        int byVolume = volume.compareTo(other.volume);
        return byVolume != 0 ? byVolume : kind.compareTo(other.kind);
    }
}
