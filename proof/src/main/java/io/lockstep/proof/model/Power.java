package io.lockstep.proof.model;

/** What of a host is up. */
enum Power {
    /** Without power; its lock stands until sanlock's time is over, or until it boots. */
    DOWN,
    AGENT_DOWN,
    UP;

    private static final Power[] ALL = values();

    static Power at(int number) {
        return ALL[number];
    }
}
