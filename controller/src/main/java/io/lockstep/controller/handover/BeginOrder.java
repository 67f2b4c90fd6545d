package io.lockstep.controller.handover;

import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.volume.Volume;
import java.util.List;
import java.util.Optional;

/**
 * What a target asks for while its migrate hook waits.
 *
 * @param volumes those that the incoming XML lists and that the target resolved
 * @param highest the highest epoch that the target has seen for the domain
 * @param id the one that the handover is to have, the same each time that this is asked; empty for any
 */
public record BeginOrder(
        DomainUuid domain,
        String domainName,
        HostName target,
        List<Volume> volumes,
        Epoch highest,
        Optional<HandoverId> id) {

    public BeginOrder {
        volumes = List.copyOf(volumes);
    }

    /** As an agent of an older version asks for it. */
    public BeginOrder(DomainUuid domain, String domainName, HostName target, List<Volume> volumes, Epoch highest) {
        this(domain, domainName, target, volumes, highest, Optional.empty());
    }

    /** Whether this asks again for a handover that is open, here or since another controller was asked. */
    boolean repeats(Handover handover) {
        return id.isPresent()
                && handover.id().equals(id.get())
                && handover.target().equals(target);
    }
}
