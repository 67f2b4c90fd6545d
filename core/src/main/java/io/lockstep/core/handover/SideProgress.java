package io.lockstep.core.handover;

/** How far one side of a handover is. */
public enum SideProgress {
    /** Not every volume is SHARED here yet. */
    SHARING,
    /** Every volume is SHARED here. */
    SHARED,
    /** Asks for its claims' own modes. */
    ASKING,
    /** Gives up what it holds. */
    RELEASING,
    /** Closed: holds its claims' own modes. */
    HOLDS,
    /** Closed: holds nothing for this domain. */
    GONE;

    public boolean closed() {
        return this == HOLDS || this == GONE;
    }
}
