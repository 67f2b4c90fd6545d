package io.lockstep.proof.chaos.world;

import io.lockstep.agent.state.AgentState;
import io.lockstep.agent.state.StateStorage;
import java.io.IOException;

/** The disk on which a host's agent keeps its state. */
final class StoredState {

    private AgentState saved = AgentState.EMPTY;
    private boolean full;

    /** While full, nothing can be saved. */
    void full(boolean full) {
        this.full = full;
    }

    /** Somebody lost the directory. */
    void lose() {
        saved = AgentState.EMPTY;
    }

    /** The disk as one life of the agent has it, which may be killed before and after each save. */
    StateStorage of(Life life, Mutation mutation, Runnable crashPoint) {
        return new StateStorage() {
            @Override
            public AgentState load() {
                return mutation.loaded(saved);
            }

            @Override
            public void save(AgentState state) throws IOException {
                crashPoint.run();
                life.mustGoOn();
                if (full) {
                    throw new IOException("No space left on device");
                }
                saved = state;
                crashPoint.run();
                life.mustGoOn();
            }

            @Override
            public String words() {
                return "the state file";
            }
        };
    }
}
