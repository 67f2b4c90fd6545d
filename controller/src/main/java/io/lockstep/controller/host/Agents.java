package io.lockstep.controller.host;

import io.lockstep.core.domain.HostName;

/** The way to the agents. */
public interface Agents {

    /** Prepares to talk to an agent. Does not wait for it and does not fail when it is not there. */
    Agent dial(HostName host, Endpoint endpoint);

    /** One agent. */
    interface Agent extends Participant, AutoCloseable {

        /** Opens a stream of inventories and returns at once. The listener is told once when it has ended. */
        Stream watch(InventoryListener listener);

        /** Gives the connection up, with all that runs on it. */
        @Override
        void close();
    }

    /** A running stream. */
    interface Stream {
        void cancel();
    }

    /** Called by one thread at a time for one stream. */
    interface InventoryListener {
        void inventory(Inventory inventory);

        void ended(String reason);
    }
}
