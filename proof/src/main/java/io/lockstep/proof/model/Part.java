package io.lockstep.proof.model;

import io.lockstep.core.handover.ReservationState;
import io.lockstep.core.handover.Side;

/** A host's part in a domain's open handover. */
enum Part {
    NONE(Side.SOURCE, ReservationState.NONE, false),
    SOURCE(Side.SOURCE, ReservationState.NONE, false),
    /** The target has had its time. */
    SOURCE_SETTLED(Side.SOURCE, ReservationState.NONE, true),
    /** The target is known to be gone. */
    SOURCE_ALONE(Side.SOURCE, ReservationState.NONE, true),
    PENDING(Side.TARGET, ReservationState.PENDING, false),
    /** A reservation that ran out. */
    EXPIRED(Side.TARGET, ReservationState.PENDING, true),
    CONSUMED(Side.TARGET, ReservationState.CONSUMED, false);

    private static final Part[] ALL = values();

    final Side side;
    final ReservationState reservation;
    final boolean settled;

    Part(Side side, ReservationState reservation, boolean settled) {
        this.side = side;
        this.reservation = reservation;
        this.settled = settled;
    }

    static Part at(int number) {
        return ALL[number];
    }

    boolean source() {
        return this == SOURCE || this == SOURCE_SETTLED || this == SOURCE_ALONE;
    }
}
