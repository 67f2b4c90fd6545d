package io.lockstep.controller.history;

import io.lockstep.controller.host.Hold;
import io.lockstep.core.domain.HostName;
import java.time.Instant;
import java.util.Optional;

/**
 * What a host held, and when. Times are the host's.
 *
 * @param seenAt when a controller first saw it
 * @param endedAt empty while it is held, as far as is known
 */
public record Holding(HostName host, Hold hold, Instant seenAt, Optional<Instant> endedAt) {}
