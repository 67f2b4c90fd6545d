/** The agent as a service: Quarkus, gRPC, the unix socket and the probes, over the simulator's plugin. */
@NullMarked
package io.lockstep.agent.service;

import org.jspecify.annotations.NullMarked;
