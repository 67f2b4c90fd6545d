package io.lockstep.controller.host;

import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.SideProgress;
import java.util.Optional;

/** One host's agent, as the controller may ask it. Every call ends within its limit, and none throws for a silent agent. */
public interface Participant {

    /** Turn the domain's locks into shared ones. */
    ShareAnswer share(ShareOrder order, CallLimit limit);

    /** Something changed at the other side: look at once. Harmless at any time, and often repeated. */
    WakeAnswer wake(HandoverId id, DomainUuid domain, Epoch epoch, SideProgress peer, CallLimit limit);

    /** A fresh look through libvirt; UNKNOWN when the agent or its libvirt is silent. */
    OwnDomain observe(DomainUuid domain, CallLimit limit);

    /**
     * Suspend a guest that runs twice, after one more look.
     *
     * @param asked who wants it, and why
     * @return why not; empty when libvirt says that it is suspended
     */
    default Optional<String> suspend(DomainUuid domain, String asked, CallLimit limit) {
        return Optional.of("this host cannot be asked to");
    }
}
