package io.lockstep.proof.model;

import java.util.Arrays;

/** The set of the states that were found, in the order in which they were, with the way to each. */
final class States {

    private static final int FIRST = 1 << 12;

    private final int longs;
    private long[] states;
    private int[] parents = new int[FIRST];
    private int[] slots = new int[FIRST * 2];
    private int size;

    States(int longs) {
        this.longs = longs;
        this.states = new long[FIRST * longs];
    }

    int size() {
        return size;
    }

    /** @return the number of the state; the negative number less one when it is new */
    int add(long[] state, int parent) {
        int slot = slot(state);
        if (slots[slot] != 0) {
            return slots[slot] - 1;
        }
        if (size == parents.length) {
            parents = Arrays.copyOf(parents, size * 2);
            states = Arrays.copyOf(states, size * 2 * longs);
        }
        System.arraycopy(state, 0, states, size * longs, longs);
        parents[size] = parent;
        slots[slot] = ++size;
        if (size * 2 > slots.length) {
            rehash();
        }
        return -size;
    }

    private void rehash() {
        slots = new int[slots.length * 2];
        long[] state = new long[longs];
        for (int number = 0; number < size; number++) {
            get(number, state);
            slots[slot(state)] = number + 1;
        }
    }

    private int slot(long[] state) {
        long hash = 0;
        for (long part : state) {
            hash = (hash ^ part) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 32;
        }
        int slot = (int) hash & slots.length - 1;
        while (slots[slot] != 0 && !same(slots[slot] - 1, state)) {
            slot = slot + 1 & slots.length - 1;
        }
        return slot;
    }

    private boolean same(int number, long[] state) {
        return Arrays.equals(states, number * longs, (number + 1) * longs, state, 0, longs);
    }

    void get(int number, long[] to) {
        System.arraycopy(states, number * longs, to, 0, longs);
    }

    int parent(int number) {
        return parents[number];
    }
}
