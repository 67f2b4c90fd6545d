package io.lockstep.proof.chaos;

/**
 * One kind of thing that can happen.
 *
 * @param weight how often it is chosen, compared with others
 */
record Step(String name, int weight, Happening happening) {

    /** Does it, if it can happen at the moment. */
    interface Happening {
        /** @return whether it did */
        boolean happens();
    }
}
