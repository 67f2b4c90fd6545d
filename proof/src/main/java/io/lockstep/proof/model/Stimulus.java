package io.lockstep.proof.model;

/** What comes only so many times. */
public enum Stimulus {
    STARTS,
    STOPS,
    MIGRATIONS,
    /** Lost Finish, failed Confirm, aborted migration, post-copy and its failure. */
    LIBVIRT_FAULTS,
    /** Looks that show what is not so. */
    TORN_LOOKS,
    AGENT_CRASHES,
    POWER_CUTS
}
