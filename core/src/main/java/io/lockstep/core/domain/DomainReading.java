package io.lockstep.core.domain;

/**
 * One look at one domain of this host through libvirt.
 *
 * @param xml the live XML when the domain is active, which may list more or fewer disks than the hook's did
 */
public record DomainReading(DomainUuid uuid, String name, DomainState state, DomainJob job, String xml) {}
