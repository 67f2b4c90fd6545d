/**
 * The few interfaces behind which effects live: the lock manager, the hypervisor, and how an agent is given them.
 */
@NullMarked
package io.lockstep.core.port;

import org.jspecify.annotations.NullMarked;
