package io.lockstep.core.port;

import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HypervisorReading;
import java.util.Map;
import java.util.Optional;

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
     * {@code /dev/vg0} for a pool on a volume group. Empty when libvirt does not answer, which says nothing of the pools.
     */
    Optional<Map<String, String>> poolTargets();

    /** Suspends a domain. @return whether libvirt said that it did */
    boolean suspend(DomainUuid domain);

    /** Calls {@code wake} soon after anything about a domain may have changed. Events may be lost: they only wake. */
    void onChange(Runnable wake);

    /**
     * Plugs a disk into a running domain. Whoever calls makes sure that its volume is locked here before.
     *
     * @param diskXml a {@code <disk>} element
     * @param persistent whether the domain is to have it after its next start, too
     */
    default DeviceChange attachDisk(DomainUuid domain, String diskXml, boolean persistent) {
        return new DeviceChange.Refused("disks cannot be attached here");
    }

    /**
     * Unplugs a disk from a running domain. Until the answer is Done, or the disk is gone from the domain's XML, the guest may
     * still write to it.
     *
     * @param disk the name of its target, for example {@code vdb}, or a {@code <disk>} element that has one
     * @param persistent whether the domain is to lack it after its next start, too
     */
    default DeviceChange detachDisk(DomainUuid domain, String disk, boolean persistent) {
        return new DeviceChange.Refused("disks cannot be detached here");
    }
}
