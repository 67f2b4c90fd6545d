package io.lockstep.agent.handover;

import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.OpenHandover;
import io.lockstep.core.handover.SideProgress;
import io.lockstep.core.handover.SideStep;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A handover as this host sees and tells it.
 *
 * @param steps what this side went through since the agent's start, the present being the last
 */
public record SideView(
        OpenHandover handover,
        SideProgress progress,
        OwnDomain own,
        Optional<String> attention,
        Instant at,
        List<SideStep> steps) {

    public SideView {
        steps = List.copyOf(steps);
    }
}
