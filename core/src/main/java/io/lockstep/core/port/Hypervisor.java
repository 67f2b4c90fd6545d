package io.lockstep.core.port;

import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HypervisorReading;
import java.util.Map;

/**
 * libvirt on one host, or a simulation of it.
 *
 * <p>Every call may block until its own time limit: libvirt waits for each domain's lock, which it holds while a hook runs. So no
 * answer to a hook may wait for a call made here.
 */
public interface Hypervisor {

    /** All active domains. Never throws: no answer in time is Silent. */
    HypervisorReading read();

    /**
     * For {@code <disk type='volume'>}: for each active storage pool the path below which its volumes are, for example
     * {@code /dev/vg0} for a pool on a volume group. Empty when libvirt does not answer.
     */
    Map<String, String> poolTargets();

    /** Suspends a domain. @return whether libvirt said that it did */
    boolean suspend(DomainUuid domain);

    /** Calls {@code wake} soon after anything about a domain may have changed. Events may be lost: they only wake. */
    void onChange(Runnable wake);
}
