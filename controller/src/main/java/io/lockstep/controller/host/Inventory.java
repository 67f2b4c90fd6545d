package io.lockstep.controller.host;

import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One host at one moment, as its agent streams it.
 *
 * @param hypervisorAnswers when false, {@code domains} is the last known list and proves nothing
 * @param domains the active domains
 * @param claimants the domains that claim volumes here: known from the agent's own state file, whatever libvirt says
 * @param handovers open ones, and those closed in the last minutes
 * @param epochs the highest one that this host has seen for each domain
 * @param message the same as it came, for display
 */
public record Inventory(
        HostName host,
        String bootId,
        boolean hypervisorAnswers,
        Map<DomainUuid, OwnDomain> domains,
        Map<DomainUuid, String> names,
        Set<DomainUuid> claimants,
        List<SideReport> handovers,
        Map<DomainUuid, Epoch> epochs,
        io.lockstep.proto.v1.Inventory message) {

    public Inventory {
        // Sorted: the order of Map.copyOf differs from one virtual machine to the next, and so would a run that is
        // replayed.
        domains = Collections.unmodifiableSortedMap(new TreeMap<>(domains));
        names = Collections.unmodifiableSortedMap(new TreeMap<>(names));
        claimants = Collections.unmodifiableSortedSet(new TreeSet<>(claimants));
        handovers = List.copyOf(handovers);
        epochs = Collections.unmodifiableSortedMap(new TreeMap<>(epochs));
    }

    /** What this inventory says of a domain; UNKNOWN where libvirt did not answer. */
    public OwnDomain own(DomainUuid domain) {
        return hypervisorAnswers ? domains.getOrDefault(domain, OwnDomain.ABSENT) : OwnDomain.UNKNOWN;
    }

    public Optional<SideReport> handover(HandoverId id) {
        return handovers.stream().filter(h -> h.id().equals(id)).findFirst();
    }

    public Epoch epoch(DomainUuid domain) {
        return epochs.getOrDefault(domain, Epoch.NONE);
    }
}
