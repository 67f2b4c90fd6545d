package io.lockstep.agent.state;

import io.lockstep.core.handover.OpenHandover;
import io.lockstep.core.handover.SideProgress;
import java.time.Instant;

/** A handover that ended here lately, kept so that a controller that was away still learns how. */
public record ClosedHandover(OpenHandover handover, SideProgress progress, Instant at) {

    public ClosedHandover {
        if (!progress.closed()) {
            throw new IllegalArgumentException("a closed handover that is " + progress);
        }
    }
}
