package io.lockstep.libvirt;

import java.time.Duration;

/**
 * How long a caller waits for libvirt.
 *
 * @param look for a look at all domains or pools, and for suspending a domain
 * @param device for plugging a device in or out: libvirt itself waits some seconds for the guest
 */
public record Limits(Duration look, Duration device) {

    public static final Limits DEFAULT = new Limits(Duration.ofSeconds(10), Duration.ofSeconds(30));
}
