package io.lockstep.proof.mutant;

import java.util.Optional;

/**
 * A proof that has to notice mutants.
 *
 * @param <M> what it knows to make wrong
 */
public interface Catcher<M> {

    /**
     * How a mutant was noticed.
     *
     * @param by who noticed it, in which configuration or with which seed
     * @param violated the invariant's name
     * @param how what is wrong, in words
     * @param steps of the way there, from a model the shortest one; 0 where something never happens any more
     */
    record Caught(String by, String violated, String how, int steps) {}

    /** Empty when the mutant survives. */
    Optional<Caught> caught(M mutant);
}
