/**
 * A cluster in memory: hosts, one shared disk, and what libvirt and lvmlockd make of them.
 *
 * <p>{@link io.lockstep.simulator.Cluster} is where one starts; {@link io.lockstep.simulator.Invariants} is what it is for.
 */
@NullMarked
package io.lockstep.simulator;

import org.jspecify.annotations.NullMarked;
