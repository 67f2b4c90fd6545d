package io.lockstep.core.domain;

import java.util.List;

/** One look at all domains of this host. */
public sealed interface HypervisorReading {

    /** libvirt answered: a domain that is not listed is absent. Inactive domains are not listed. */
    record Seen(List<DomainReading> domains) implements HypervisorReading {
        public Seen {
            domains = List.copyOf(domains);
        }
    }

    /** libvirt did not answer in time: every domain of this host is unknown, and silence proves nothing. */
    record Silent(String reason) implements HypervisorReading {}
}
