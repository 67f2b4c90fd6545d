package io.lockstep.controller.intervention;

import io.lockstep.core.handover.HandoverAlarms.Look;
import java.util.List;

/**
 * What became of a manual action.
 *
 * @param seen what was looked at before
 * @param refusals why nothing was done; none when it was
 */
public record Outcome(List<Look> seen, List<String> refusals) {

    public Outcome {
        seen = List.copyOf(seen);
        refusals = List.copyOf(refusals);
    }

    public boolean done() {
        return refusals.isEmpty();
    }
}
