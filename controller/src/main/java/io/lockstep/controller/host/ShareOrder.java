package io.lockstep.controller.host;

import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.volume.Volume;
import java.util.List;

/**
 * What a source is asked to do.
 *
 * @param volumes those that the target's XML lists; the source shares the ones of them that the domain claims there
 */
public record ShareOrder(
        HandoverId id, Epoch epoch, DomainUuid domain, String domainName, HostName target, List<Volume> volumes) {

    public ShareOrder {
        volumes = List.copyOf(volumes);
    }

    /** The same, as it is open under another epoch. */
    public ShareOrder under(Epoch open) {
        return open.equals(Epoch.NONE) ? this : new ShareOrder(id, open, domain, domainName, target, volumes);
    }
}
