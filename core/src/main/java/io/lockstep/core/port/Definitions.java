package io.lockstep.core.port;

import java.io.IOException;
import java.util.Optional;

/**
 * The persistent definitions of this host's domains, as libvirt stores them. A start takes its XML from there, and an incoming
 * migration from its source.
 *
 * <p>Reading one never asks libvirt, so the answer to a hook may wait for it.
 */
@FunctionalInterface
public interface Definitions {

    /** Of a host on which no domain is defined. */
    Definitions NONE = name -> Optional.empty();

    /**
     * @param name the domain's
     * @return its XML; empty when no domain of that name is defined here
     * @throws IOException when that cannot be told; its message is for a person
     */
    Optional<byte[]> stored(String name) throws IOException;
}
