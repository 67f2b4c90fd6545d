package io.lockstep.core.rule;

import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.OwnObservation;

/**
 * When looking at a domain, without a hook's word, makes or ends its claims: a guest that ran before Lockstep was there, one whose
 * release hook never came.
 *
 * <p>Guarantee: never on one look, and not while the domain comes in or goes out, which is its handover's affair.
 */
public final class ClaimsByLooking {

    private ClaimsByLooking() {}

    /** Whether what the domain uses is to be claimed. */
    public static boolean begin(OwnObservation seen) {
        return seen.seenTwice() && settled(seen.domain());
    }

    /** Whether the domain neither comes nor goes. */
    public static boolean settled(OwnDomain own) {
        return switch (own) {
            case ACTIVE -> true;
            case UNKNOWN, OUTGOING, STARTING, PAUSED_MIGRATING, POST_COPY, POST_COPY_PAUSED, POST_COPY_FAILED, ABSENT ->
                false;
        };
    }

    /** @param handover whether one of the domain is open here: then its own rules end the claims */
    public static boolean end(OwnObservation seen, boolean handover) {
        return seen.domain() == OwnDomain.ABSENT && seen.seenTwice() && !handover;
    }
}
