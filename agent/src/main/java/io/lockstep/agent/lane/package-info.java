/**
 * One lane per volume group, through which every lock of that group is taken, converted and released.
 *
 * <p>Guarantees: what a lane does is computed from the claims of the moment it does it; nothing is queued that could be executed
 * late; requests that wait together share one command. {@link io.lockstep.agent.lane.VgLane} is who waits and who works,
 * {@link io.lockstep.agent.lane.Passes} the work.
 */
@NullMarked
package io.lockstep.agent.lane;

import org.jspecify.annotations.NullMarked;
