package io.lockstep.simulator.libvirt;

/** The moments of a migration at which something can happen to it. */
public enum MigrationPhase {
    /** The source has begun; the target knows nothing yet. */
    BEGUN,
    /** The target's {@code migrate} hook has allowed it; {@code prepare} comes next. */
    ADMITTED,
    /** The target's qemu waits, {@code paused (migrating)}; memory is being copied and the source runs on. */
    COPYING,
    /** In a post-copy migration: the target runs, the source stands still, memory is still being copied. */
    POST_COPY,
    /** All memory is copied and the source stands still; the target does not run yet. */
    COPIED,
    /** The target runs; the source stands still and does not know. */
    FINISHED,
    /** The source has released everything. */
    CONFIRMED
}
