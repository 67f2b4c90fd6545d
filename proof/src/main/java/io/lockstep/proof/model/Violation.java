package io.lockstep.proof.model;

import java.util.List;

/**
 * An invariant that does not hold.
 *
 * @param what begins with the invariant's name and a colon
 * @param trace the steps of a shortest way there, in words
 */
public record Violation(String what, List<String> trace) {

    public Violation {
        trace = List.copyOf(trace);
    }

    /** The invariant's name: I0 to I5, rest. */
    public String invariant() {
        return what.substring(0, what.indexOf(':'));
    }

    /** What is wrong, without the invariant's name. */
    public String explanation() {
        return what.substring(what.indexOf(':') + 2);
    }
}
