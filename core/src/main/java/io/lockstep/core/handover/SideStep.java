package io.lockstep.core.handover;

import io.lockstep.core.domain.OwnDomain;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A moment at which one side of a handover got further, or saw something else than before.
 *
 * @param at by the side's clock, in whole microseconds, which is what databases keep
 * @param own what the side saw of its domain
 * @param attention why a person should look; empty when nothing was wrong
 */
public record SideStep(Instant at, SideProgress progress, OwnDomain own, String attention) {

    public SideStep {
        at = at.truncatedTo(ChronoUnit.MICROS);
    }

    /** Whether it says the same, whenever that was. */
    public boolean sameWords(SideStep other) {
        return progress == other.progress && own == other.own && attention.equals(other.attention);
    }
}
