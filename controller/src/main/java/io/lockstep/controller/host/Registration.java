package io.lockstep.controller.host;

import io.lockstep.core.domain.HostName;

/**
 * How a host introduced itself.
 *
 * @param version the agent's version
 * @param bootId differs after every boot of the host; empty when the agent did not say
 */
public record Registration(HostName host, Endpoint endpoint, String version, String bootId) {}
