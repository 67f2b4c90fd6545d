/**
 * Looking at the domains of this host through libvirt, from a thread of its own.
 *
 * <p>Guarantee: nothing that answers a hook ever waits for this.
 */
@NullMarked
package io.lockstep.agent.libvirt;

import org.jspecify.annotations.NullMarked;
