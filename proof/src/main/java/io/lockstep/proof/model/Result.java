package io.lockstep.proof.model;

import java.util.Optional;
import java.util.Set;

/**
 * What an exploration found.
 *
 * @param steps in all; many lead to a state that is known already
 * @param depth of the state that is farthest from the start
 * @param rests states in which nothing goes on of itself
 * @param seen what happened at least once
 */
public record Result(
        Configuration configuration,
        int states,
        long steps,
        int depth,
        int rests,
        Set<Event> seen,
        Optional<Violation> violation) {

    public Result {
        seen = Set.copyOf(seen);
    }
}
