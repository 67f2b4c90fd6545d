package io.lockstep.core.handover;

import io.lockstep.core.domain.OwnDomain;

/**
 * What a side has seen of its own domain.
 *
 * @param domain the latest look
 * @param looks how many looks in a row gave this answer, the latest included
 * @param lasting whether it has been so for longer than a healthy migration would leave it so
 */
public record OwnObservation(OwnDomain domain, int looks, boolean lasting) {

    public static final OwnObservation NOTHING = new OwnObservation(OwnDomain.UNKNOWN, 0, false);

    public boolean seenTwice() {
        return looks >= 2;
    }
}
