package io.lockstep.controller.host;

import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.Epoch;
import java.time.Instant;
import java.util.Optional;

/**
 * A host as it is known at one moment.
 *
 * @param connected whether its inventory is streaming and fresh; when not, the inventory is the last known and proves nothing
 * @param seenAt when the inventory arrived, by the controller's clock
 * @param problem why it is not connected, in words; empty when it is
 */
public record HostView(
        Registration registration,
        boolean connected,
        Optional<Instant> seenAt,
        Optional<Inventory> inventory,
        String problem) {

    public HostName name() {
        return registration.host();
    }

    /** What is known of a domain there: UNKNOWN unless the host is connected and its libvirt answers. */
    public OwnDomain own(DomainUuid domain) {
        return connected ? inventory.map(i -> i.own(domain)).orElse(OwnDomain.UNKNOWN) : OwnDomain.UNKNOWN;
    }

    /** Whether its agent keeps claims for the domain, at this moment. */
    public boolean claims(DomainUuid domain) {
        return connected
                && inventory.filter(i -> i.claimants().contains(domain)).isPresent();
    }

    /** The highest epoch that the host was ever known to have seen. An old one is no worse: the highest counts. */
    public Epoch epoch(DomainUuid domain) {
        return inventory.map(i -> i.epoch(domain)).orElse(Epoch.NONE);
    }
}
