/**
 * A whole cluster on one thread: hosts with real agents, a real controller, and the network between them.
 *
 * <p>Guarantees: while somebody waits, whatever is due meanwhile happens, in the order of its time; a program that was killed does nothing
 * any more, also when it was in the middle of something; an agent that is in the middle of something is not entered again, because on one
 * thread its locks would not stop that.
 */
@NullMarked
package io.lockstep.proof.chaos.world;

import org.jspecify.annotations.NullMarked;
