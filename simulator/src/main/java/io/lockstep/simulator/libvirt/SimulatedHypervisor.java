package io.lockstep.simulator.libvirt;

import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HypervisorReading;
import io.lockstep.core.port.Hypervisor;
import java.time.Duration;
import java.util.Map;

/** One host's libvirt as an agent sees it. In virtual time a locked domain makes it silent at once instead of after its limit. */
public final class SimulatedHypervisor implements Hypervisor {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Libvirtd libvirtd;

    public SimulatedHypervisor(Libvirtd libvirtd) {
        this.libvirtd = libvirtd;
    }

    @Override
    public HypervisorReading read() {
        return libvirtd.read(LIMIT);
    }

    @Override
    public Map<String, String> poolTargets() {
        return libvirtd.poolTargets();
    }

    @Override
    public boolean suspend(DomainUuid domain) {
        return libvirtd.cluster()
                .look(() -> libvirtd.domains().stream()
                        .filter(d -> d.uuid.equals(domain))
                        .map(d -> d.name)
                        .findFirst())
                .map(name -> libvirtd.virsh().suspend(name).ok())
                .orElse(false);
    }

    @Override
    public void onChange(Runnable wake) {
        libvirtd.onChange(wake);
    }
}
