/**
 * The vocabulary and the rules of Lockstep, as records and pure functions.
 *
 * <p>Nothing here reads a clock, a file or a socket, and nothing here depends on more than the JDK: whatever a rule needs
 * to know is an argument. That is what makes the rules provable, and the same in an agent, a controller and a simulation.
 */
@NullMarked
package io.lockstep.core;

import org.jspecify.annotations.NullMarked;
