package io.lockstep.controller.host;

import io.lockstep.core.domain.HostName;
import java.time.Instant;

/** Told of every inventory that arrives, and of hosts that are forgotten. */
public interface HostListener {

    /** @param receivedAt by the controller's clock */
    void inventory(Inventory inventory, Instant receivedAt);

    /** What was known of it is forgotten, here or at another controller; it may come back. */
    default void forgotten(HostName host) {}
}
