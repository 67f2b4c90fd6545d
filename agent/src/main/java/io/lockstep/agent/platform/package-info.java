/**
 * Finds the lock manager and the hypervisor of this host.
 */
@NullMarked
package io.lockstep.agent.platform;

import org.jspecify.annotations.NullMarked;
