package io.lockstep.proof.model;

/** The hook call of one domain on one host that is in progress, and how far its answer is. */
enum Hook {
    NONE,
    /** A prepare of a start, which has not reached the agent. */
    START_CALLED,
    /** Its claim is recorded, and the lock is to be asked for. */
    START_CLAIMED,
    /** The prepare of an incoming migration. */
    INCOMING_CALLED,
    INCOMING_CLAIMED,
    MIGRATE_CALLED,
    /** The controller was asked to open a handover. */
    MIGRATE_BEGUN,
    /** The source shares; the reservation is recorded, and the lock is to be asked for. */
    MIGRATE_RESERVED,
    RELEASE_CALLED;

    private static final Hook[] ALL = values();

    static Hook at(int number) {
        return ALL[number];
    }

    boolean prepare() {
        return this == START_CALLED || this == START_CLAIMED || this == INCOMING_CALLED || this == INCOMING_CLAIMED;
    }

    boolean incoming() {
        return this == INCOMING_CALLED || this == INCOMING_CLAIMED;
    }

    boolean migrate() {
        return this == MIGRATE_CALLED || this == MIGRATE_BEGUN || this == MIGRATE_RESERVED;
    }

    /** Whether the agent works on it, so that its crash breaks the call. */
    boolean reachedTheAgent() {
        return this == START_CLAIMED || this == INCOMING_CLAIMED || this == MIGRATE_BEGUN || this == MIGRATE_RESERVED;
    }
}
