package io.lockstep.proof.model;

import java.util.Arrays;
import java.util.BitSet;

/** From which states a state of rest can be reached without any further stimulus. */
final class Rests {

    private int[] from = new int[1 << 12];
    private int[] to = new int[1 << 14];
    private int states;
    private int edges;
    private final BitSet reaching = new BitSet();

    /** Begins the next state, in the order of their numbers. */
    void state() {
        if (states + 1 >= from.length) {
            from = Arrays.copyOf(from, from.length * 2);
        }
        from[states++] = edges;
    }

    /** A step that happens some day, of the state that was begun last. */
    void goesOnTo(int state) {
        if (edges == to.length) {
            to = Arrays.copyOf(to, to.length + to.length / 2);
        }
        to[edges++] = state;
    }

    /** Whether the state that was begun last has no such step: it is at rest. */
    boolean atRest() {
        boolean rests = from[states - 1] == edges;
        if (rests) {
            reaching.set(states - 1);
        }
        return rests;
    }

    int count() {
        return reaching.cardinality();
    }

    /** The first state from which no rest can be reached; -1 when there is none. */
    int firstWithoutRest() {
        from[states] = edges;
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int state = states - 1; state >= 0; state--) {
                if (!reaching.get(state) && reachingFrom(state)) {
                    reaching.set(state);
                    changed = true;
                }
            }
        }
        int first = reaching.nextClearBit(0);
        return first < states ? first : -1;
    }

    private boolean reachingFrom(int state) {
        for (int edge = from[state]; edge < from[state + 1]; edge++) {
            if (reaching.get(to[edge])) {
                return true;
            }
        }
        return false;
    }
}
