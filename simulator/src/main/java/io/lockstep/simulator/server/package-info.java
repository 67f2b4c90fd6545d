/**
 * The simulated cluster as a server: each host's platform for the agent process that plays on it, and a control for people.
 */
@NullMarked
package io.lockstep.simulator.server;

import org.jspecify.annotations.NullMarked;
