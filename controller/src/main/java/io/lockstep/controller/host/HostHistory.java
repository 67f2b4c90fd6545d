package io.lockstep.controller.host;

import io.lockstep.core.domain.HostName;
import java.time.Instant;
import java.util.List;

/** Where registrations are kept across restarts. Returns at once and never fails: what cannot be kept is logged. */
public interface HostHistory {
    void registered(Registration registration);

    void forgotten(HostName host);

    /**
     * What a host holds, whenever that has changed.
     *
     * @param asOf when its agent looked, by the host's clock
     */
    default void holds(HostName host, Instant asOf, List<Hold> holds) {}
}
