/**
 * A simulated host as the platform of a real agent process: the client of {@link io.lockstep.simulator.server}.
 *
 * <p>It is loaded from the simulator's jar by a class loader whose parent has core, proto and gRPC, so it uses nothing else. No
 * thread of it keeps a process alive, and every call has a deadline.
 */
@NullMarked
package io.lockstep.simulator.plugin;

import org.jspecify.annotations.NullMarked;
