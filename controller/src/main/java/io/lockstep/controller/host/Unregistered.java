package io.lockstep.controller.host;

import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.SideProgress;

/** A host that nobody knows: silent like one that is down. */
record Unregistered(HostName host) implements Participant {

    @Override
    public ShareAnswer share(ShareOrder order, CallLimit limit) {
        return new ShareAnswer.Silent(why());
    }

    @Override
    public WakeAnswer wake(HandoverId id, DomainUuid domain, Epoch epoch, SideProgress peer, CallLimit limit) {
        return new WakeAnswer.Silent(why());
    }

    @Override
    public OwnDomain observe(DomainUuid domain, CallLimit limit) {
        return OwnDomain.UNKNOWN;
    }

    private String why() {
        return "host " + host + " has not registered with this controller";
    }
}
