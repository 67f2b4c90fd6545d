package io.lockstep.controller.host;

import io.lockstep.core.domain.HostName;

/** Where registrations are kept across restarts. Returns at once and never fails: what cannot be kept is logged. */
public interface HostHistory {
    void registered(Registration registration);

    void forgotten(HostName host);
}
