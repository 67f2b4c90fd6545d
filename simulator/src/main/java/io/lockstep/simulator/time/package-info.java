/**
 * How time passes in a simulated cluster, and the one lock that guards all of its state.
 *
 * <p>Guarantee: no time passes and no hook runs while the lock is held.
 */
@NullMarked
package io.lockstep.simulator.time;

import org.jspecify.annotations.NullMarked;
