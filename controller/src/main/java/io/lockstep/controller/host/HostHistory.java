package io.lockstep.controller.host;

/** Where registrations are kept across restarts. Returns at once and never fails: what cannot be kept is logged. */
public interface HostHistory {
    void registered(Registration registration);
}
