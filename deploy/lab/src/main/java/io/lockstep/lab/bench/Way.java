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

    void setUp(Machine host) {
        host.ok(setUp);
    }
}
