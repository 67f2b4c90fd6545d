package io.lockstep.core.handover;

/** What became of the place that an allowed incoming migration holds on its target. */
public enum ReservationState {
    /** Its {@code prepare} has not come yet. */
    PENDING,
    /** Its {@code prepare} came; the domain's claims stand for themselves. */
    CONSUMED,
    /** Its time ran out, or the migration was refused. */
    EXPIRED,
    /** A source has none. */
    NONE
}
