package io.lockstep.proof.model;

/** What comes only so many times. */
enum Stimulus {
    STARTS,
    STOPS,
    MIGRATIONS,
    LIBVIRT_FAULTS,
    TORN_LOOKS,
    AGENT_CRASHES,
    POWER_CUTS
}
