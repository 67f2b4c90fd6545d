/**
 * What this host offers: the hook's HTTP on the unix socket, and gRPC for controllers and people.
 *
 * <p>Guarantee: nothing is decided here; a request is checked, handed to the agent, and its answer put into a message.
 */
@NullMarked
package io.lockstep.agent.endpoint;

import org.jspecify.annotations.NullMarked;
