package io.lockstep.core.rule;

import java.util.Optional;

/**
 * What one side of a handover does next.
 *
 * @param attention why a person should look, in words; it clears itself when a later step has none
 */
public record HandoverStep(Action action, Optional<String> attention) {

    public enum Action {
        /** Hold what is held, SHARED. */
        KEEP,
        /** Ask for the claims' own modes: on the source this is the roll-back, on the target the commit. */
        ASK,
        /** The domain is gone from here: release. */
        RELEASE
    }

    static HandoverStep keep() {
        return new HandoverStep(Action.KEEP, Optional.empty());
    }

    static HandoverStep keep(String attention) {
        return new HandoverStep(Action.KEEP, Optional.of(attention));
    }

    static HandoverStep ask() {
        return new HandoverStep(Action.ASK, Optional.empty());
    }

    static HandoverStep release() {
        return new HandoverStep(Action.RELEASE, Optional.empty());
    }
}
