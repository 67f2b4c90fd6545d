package io.lockstep.controller.host;

import java.time.Instant;

/** Told of every inventory that arrives. */
public interface HostListener {

    /** @param receivedAt by the controller's clock */
    void inventory(Inventory inventory, Instant receivedAt);
}
