package io.lockstep.controller.handover;

import io.lockstep.core.domain.HostName;
import java.time.Instant;
import java.util.Optional;

/**
 * One thing that happened in a handover.
 *
 * @param at by the controller's clock
 * @param host the host that it concerns; empty for the controller itself
 * @param seenAt when the host saw it, by its own clock: by this every controller knows the same step of the same side
 */
public record HandoverEvent(Instant at, Optional<HostName> host, String text, Optional<Instant> seenAt) {

    /** What the controller did or concluded. */
    public HandoverEvent(Instant at, Optional<HostName> host, String text) {
        this(at, host, text, Optional.empty());
    }

    /** Whether it is the same step, whichever controller heard of it and when. */
    public boolean same(HandoverEvent other) {
        return host.equals(other.host) && text.equals(other.text) && seenAt.equals(other.seenAt);
    }
}
