/**
 * libvirt on each host: domains, its exact order of hooks, and live migration with every way in which it fails.
 *
 * <p>Guarantees: hooks are called in the order and with the arguments that a real libvirt uses, never while the cluster's lock
 * is held; a domain is locked while its hook runs; what a qemu could write at any moment is recorded.
 */
@NullMarked
package io.lockstep.simulator.libvirt;

import org.jspecify.annotations.NullMarked;
