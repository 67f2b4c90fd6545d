package io.lockstep.controller.handover;

import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.volume.Volume;
import java.util.List;

/**
 * What a target asks for while its migrate hook waits.
 *
 * @param volumes those that the incoming XML lists and that the target resolved
 * @param highest the highest epoch that the target has seen for the domain
 */
public record BeginOrder(DomainUuid domain, String domainName, HostName target, List<Volume> volumes, Epoch highest) {

    public BeginOrder {
        volumes = List.copyOf(volumes);
    }
}
