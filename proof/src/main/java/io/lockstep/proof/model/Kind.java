package io.lockstep.proof.model;

/** Who makes a step. */
enum Kind {
    /** Lockstep, libvirt or sanlock goes on: without any further stimulus such a step happens some day. */
    PROGRESS,
    /** Somebody wants something, or something breaks. */
    STIMULUS
}
