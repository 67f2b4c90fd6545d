package io.lockstep.controller.handover;

import io.lockstep.core.domain.HostName;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.HandoverPhase;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Handovers of former times. When it cannot be read it gives what it has, and that is logged. */
public interface HandoverArchive {

    /**
     * Which handovers are wanted.
     *
     * @param domain a domain's UUID or name; empty means all
     * @param limit at most so many, the latest first
     * @param host the source or the target; empty means all
     * @param phases empty means all
     */
    record Filter(
            String domain,
            boolean openOnly,
            Optional<Instant> since,
            int limit,
            Optional<HostName> host,
            Set<HandoverPhase> phases) {

        public Filter {
            phases = Set.copyOf(phases);
        }

        public Filter(String domain, boolean openOnly, Optional<Instant> since, int limit) {
            this(domain, openOnly, since, limit, Optional.empty(), Set.of());
        }

        public boolean matches(Handover handover) {
            return (domain.isEmpty()
                            || handover.domain().toString().equalsIgnoreCase(domain)
                            || handover.domainName().equals(domain))
                    && (!openOnly || handover.open())
                    && since.filter(s -> handover.openedAt().isBefore(s)).isEmpty()
                    && host.filter(h -> !h.equals(handover.source()) && !h.equals(handover.target()))
                            .isEmpty()
                    && (phases.isEmpty() || phases.contains(handover.phase()));
        }
    }

    /** A handover with what happened in it. */
    record Told(Handover handover, List<HandoverEvent> events) {
        public Told {
            events = List.copyOf(events);
        }
    }

    /** Why it cannot be read or written, in words; empty when it can. */
    String problem();

    List<Handover> list(Filter filter);

    Optional<Told> find(HandoverId id);
}
