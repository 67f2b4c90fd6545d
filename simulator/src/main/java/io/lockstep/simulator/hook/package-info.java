/** How the simulated libvirt calls its hook: in this process, or as the installed program. */
@NullMarked
package io.lockstep.simulator.hook;

import org.jspecify.annotations.NullMarked;
