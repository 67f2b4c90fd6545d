/**
 * Disks of running domains: attached and detached with their locks in the right order.
 *
 * <p>Guarantees: libvirt gets a disk only after its volumes are locked here, and a lock goes only after libvirt no longer shows the
 * disk; whatever happens in between, looking at the domain settles it.
 */
@NullMarked
package io.lockstep.agent.disk;

import org.jspecify.annotations.NullMarked;
