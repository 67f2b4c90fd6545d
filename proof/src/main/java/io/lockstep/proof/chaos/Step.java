package io.lockstep.proof.chaos;

/**
 * One kind of thing that can happen.
 *
 * @param weight how often it is chosen, compared with others
 */
record Step(String name, Kind kind, int weight, Happening happening) {

    enum Kind {
        /** What people and guests do all day. */
        LIFE,
        /** What goes wrong: seldom in fair weather, all the time in a storm. */
        FAULT
    }

    static Step life(String name, int weight, Happening happening) {
        return new Step(name, Kind.LIFE, weight, happening);
    }

    static Step fault(String name, int weight, Happening happening) {
        return new Step(name, Kind.FAULT, weight, happening);
    }

    /** Does it, if it can happen at the moment. */
    interface Happening {
        /** @return whether it did */
        boolean happens();
    }
}
