package io.lockstep.proof.chaos.world;

import io.lockstep.agent.state.AgentState;
import io.lockstep.core.domain.HypervisorReading;
import io.lockstep.core.hook.Verdict;

/**
 * Where the shells of agent and controller can be made wrong, to show that a run finds it. Each method changes what goes through one
 * seam; {@link #NONE} changes nothing.
 */
public interface Mutation {

    Mutation NONE = new Mutation() {};

    /** Whether an agent's scheduler has its turns. */
    default boolean agentsTick() {
        return true;
    }

    /** Whether a controller's wake reaches the agent. */
    default boolean wakesArrive() {
        return true;
    }

    /** What an agent reads from its state file when it starts. */
    default AgentState loaded(AgentState saved) {
        return saved;
    }

    /** What libvirt says. */
    default HypervisorReading seen(HypervisorReading reading) {
        return reading;
    }

    /** The answer to a hook. */
    default Verdict answered(Verdict verdict) {
        return verdict;
    }
}
