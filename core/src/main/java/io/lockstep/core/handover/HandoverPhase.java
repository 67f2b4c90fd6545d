package io.lockstep.core.handover;

/** The phase of a handover for people, derived from what both sides report. No rule depends on it. */
public enum HandoverPhase {
    SHARING,
    SHARED,
    COMMITTING,
    COMMITTED,
    REVERTING,
    REVERTED;

    public boolean closed() {
        return this == COMMITTED || this == REVERTED;
    }

    /**
     * @param source the source's latest progress
     * @param target the target's latest progress; a target that never took part counts as GONE
     */
    public static HandoverPhase of(SideProgress source, SideProgress target) {
        if (source.closed() && target.closed()) {
            // Both gone: the guest stopped meanwhile, so it did not move.
            return target == SideProgress.HOLDS ? COMMITTED : REVERTED;
        }
        return switch (target) {
            case RELEASING, GONE -> REVERTING;
            case ASKING, HOLDS -> COMMITTING;
            case SHARING, SHARED ->
                switch (source) {
                    case GONE, RELEASING -> COMMITTING;
                    case ASKING, HOLDS -> REVERTING;
                    case SHARING -> SHARING;
                    case SHARED -> target == SideProgress.SHARED ? SHARED : SHARING;
                };
        };
    }
}
