package io.lockstep.core.rule;

import io.lockstep.core.claim.DomainClaims;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.OpenHandover;
import io.lockstep.core.volume.Volume;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a source answers to a command to share a domain's locks.
 *
 * <p>Guarantees: a command of the past changes nothing; the same command again is answered again while its handover is open, and
 * never opens it a second time; only what the domain claims here is shared.
 */
public final class ShareRules {

    private ShareRules() {}

    /** What is to be done with a command. */
    public sealed interface Decision {
        /** It opens a handover. */
        record Open(DomainClaims claims) implements Decision {}

        /** It has opened this one already. */
        record Again(OpenHandover handover) implements Decision {}

        /** Another handover of the domain is open here. */
        record AlreadyOpen(OpenHandover handover) implements Decision {}

        /** It comes from the past. */
        record Stale(Epoch highest) implements Decision {}

        /** The domain claims nothing here. */
        record NotHere() implements Decision {}
    }

    /**
     * @param open the domain's open handover on this host
     * @param highest the highest epoch of the domain that this host has seen
     */
    public static Decision decide(
            HandoverId id, Epoch epoch, Optional<OpenHandover> open, Epoch highest, Optional<DomainClaims> claims) {
        if (open.isPresent() && !open.get().id().equals(id)) {
            return new Decision.AlreadyOpen(open.get());
        }
        if (open.isEmpty() && epoch.compareTo(highest) <= 0) {
            return new Decision.Stale(highest);
        }
        if (claims.isEmpty()) {
            return new Decision.NotHere();
        }
        return open.<Decision>map(Decision.Again::new).orElseGet(() -> new Decision.Open(claims.get()));
    }

    /**
     * Whether a command is about a handover that has closed here: another controller may ask for it under a new epoch, and a
     * handover is never opened twice.
     *
     * @param closed the ids of those that closed lately
     */
    public static boolean over(HandoverId id, Set<HandoverId> closed) {
        return closed.contains(id);
    }

    /** @param wanted what the domain will use on the target */
    public static SortedSet<Volume> shared(DomainClaims claims, Set<Volume> wanted) {
        SortedSet<Volume> both = new TreeSet<>(claims.modes().keySet());
        both.retainAll(wanted);
        return both;
    }
}
