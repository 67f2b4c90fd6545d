package io.lockstep.agent.state;

import java.io.IOException;

/** Where an agent's state outlives the agent. A save that fails, or is interrupted, leaves what was there before. */
public interface StateStorage {

    /** What was saved last; empty when nothing was. */
    AgentState load() throws IOException;

    void save(AgentState state) throws IOException;

    /** What it is, for a person: {@code the state file /var/lib/…}. */
    String words();
}
