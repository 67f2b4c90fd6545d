package io.lockstep.lab.bench;

import io.lockstep.lab.machine.Machine;

/** How a guest's disks get their locks, and how a host is set up for that. */
enum Way {
    LOCKSTEP("Lockstep", "lab-hooks lockstep"),
    SCRIPT("plain Python hook", "lab-hooks script"),
    BY_HAND("one lvchange by hand", "lab-hooks none");

    private final String words;
    private final String setUp;

    Way(String words, String setUp) {
        this.words = words;
        this.setUp = setUp;
    }

    String words() {
        return words;
    }

    /** How many starts and stops it takes until one is like the next: an agent is started once in months, and compiles at first. */
    int warmUp() {
        return this == LOCKSTEP ? 3 : 1;
    }

    void setUp(Machine host) {
        host.ok(setUp);
    }
}
