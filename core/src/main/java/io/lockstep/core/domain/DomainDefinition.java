package io.lockstep.core.domain;

import io.lockstep.core.handover.HandoverId;
import java.util.List;
import java.util.Optional;

/**
 * What Lockstep needs of a domain's XML.
 *
 * @param disks every use of a block device, in the document's order; one device may be used more than once
 * @param token the handover whose {@code migrate} verdict put its id into the metadata
 */
public record DomainDefinition(DomainUuid uuid, String name, List<DiskSource> disks, Optional<HandoverId> token) {

    public DomainDefinition {
        disks = List.copyOf(disks);
    }
}
