package io.lockstep.proof.model;

/** Takes the steps that are possible in a state. */
interface Steps {

    /** @param after the state that the step leads to, which the taker may keep */
    void add(Event event, int host, int domain, World after);
}
