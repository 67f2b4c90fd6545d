package io.lockstep.core.domain;

import java.util.List;
import java.util.Set;

/** One look at all domains of this host. */
public sealed interface HypervisorReading {

    /**
     * libvirt answered: a domain that is not listed is absent. Inactive domains are not listed.
     *
     * @param unknown domains of which libvirt tells no more than that they are there: they are neither listed nor absent
     */
    record Seen(List<DomainReading> domains, Set<DomainUuid> unknown) implements HypervisorReading {
        public Seen {
            domains = List.copyOf(domains);
            unknown = Set.copyOf(unknown);
        }

        public Seen(List<DomainReading> domains) {
            this(domains, Set.of());
        }
    }

    /** libvirt did not answer in time: every domain of this host is unknown, and silence proves nothing. */
    record Silent(String reason) implements HypervisorReading {}
}
