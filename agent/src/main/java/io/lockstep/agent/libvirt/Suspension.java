package io.lockstep.agent.libvirt;

import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.port.Hypervisor;
import java.util.Optional;

/** Suspends a guest that runs twice, at the controller's word. Looks once more before, and never resumes one. */
public final class Suspension {

    private final DomainWatch watch;
    private final Hypervisor hypervisor;

    public Suspension(DomainWatch watch, Hypervisor hypervisor) {
        this.watch = watch;
        this.hypervisor = hypervisor;
    }

    /** Blocks as long as libvirt takes. @return why not; empty when libvirt says that it is suspended */
    public Optional<String> suspend(DomainUuid domain) {
        watch.look();
        OwnDomain own = watch.fresh(domain);
        if (own != OwnDomain.ACTIVE) {
            return Optional.of("it is not simply active here any more, but " + own + "; nothing was done");
        }
        return hypervisor.suspend(domain)
                ? Optional.empty()
                : Optional.of("libvirt did not say that it is suspended; look: virsh domstate --reason");
    }
}
