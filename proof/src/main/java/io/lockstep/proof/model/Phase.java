package io.lockstep.proof.model;

/** How far libvirt is with the migration of a domain. */
enum Phase {
    NONE,
    /** The target's migrate hook is in progress. */
    HOOK,
    /** It was allowed; prepare has not been called. */
    ALLOWED,
    /** The target's prepare hook is in progress. */
    PREPARING,
    /** The target's qemu waits for the memory. */
    PREPARED,
    COPYING,
    /** The guest runs on the target; the source's qemu is still there, halted. */
    SWITCHED,
    POST_COPY;

    private static final Phase[] ALL = values();

    static Phase at(int number) {
        return ALL[number];
    }
}
