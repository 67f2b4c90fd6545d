package io.lockstep.proof.model;

/** Somebody who takes steps of his own. */
interface Actor {

    /** All steps that he can take in this state. */
    void steps(World world, Steps steps);
}
