package io.lockstep.controller.handover;

import io.lockstep.core.domain.HostName;
import java.time.Instant;
import java.util.Optional;

/**
 * One thing that happened in a handover.
 *
 * @param at by the controller's clock
 * @param host the host that it concerns; empty for the controller itself
 */
public record HandoverEvent(Instant at, Optional<HostName> host, String text) {}
