/** What {@code ./lockstep demo} and {@code ./lockstep virsh} start. */
@NullMarked
package io.lockstep.simulator.demo;

import org.jspecify.annotations.NullMarked;
