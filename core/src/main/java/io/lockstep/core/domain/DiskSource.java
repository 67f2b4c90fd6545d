package io.lockstep.core.domain;

import io.lockstep.core.volume.LockMode;

/**
 * One block device that a domain uses, and how. Whether it is a volume of ours is found later.
 *
 * @param target the device's name inside the guest ({@code vda}), or what it serves as ({@code nvram}); for people
 * @param mode what the domain needs of it, never UNLOCKED
 */
public record DiskSource(String target, Source source, LockMode mode) {

    public DiskSource {
        if (mode == LockMode.UNLOCKED) {
            throw new IllegalArgumentException("a disk that needs no lock is no disk: " + target);
        }
    }

    /** Where the device is found. */
    public sealed interface Source {}

    /** A path on the host, as the XML spells it. */
    public record Device(String path) implements Source {}

    /** A volume of a libvirt storage pool, whose path only libvirt knows. */
    public record PoolVolume(String pool, String volume) implements Source {}
}
