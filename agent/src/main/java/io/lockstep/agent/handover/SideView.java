package io.lockstep.agent.handover;

import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.OpenHandover;
import io.lockstep.core.handover.SideProgress;
import java.time.Instant;
import java.util.Optional;

/** A handover as this host sees and tells it. */
public record SideView(
        OpenHandover handover, SideProgress progress, OwnDomain own, Optional<String> attention, Instant at) {}
