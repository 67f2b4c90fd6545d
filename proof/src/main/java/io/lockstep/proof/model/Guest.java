package io.lockstep.proof.model;

import io.lockstep.core.domain.DomainJob;
import io.lockstep.core.domain.DomainState;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A domain on one host, as its libvirt has it. */
enum Guest {
    ABSENT(null, DomainJob.NONE, false),
    STARTING(DomainState.paused("starting up"), DomainJob.NONE, false),
    RUNNING(DomainState.running("booted"), DomainJob.NONE, true),
    /** Runs here, and its memory is copied to another host. */
    OUTGOING(DomainState.running("booted"), DomainJob.OUTGOING_MIGRATION, true),
    /** Its memory is copied, and it stands still here for ever. */
    HALTED(DomainState.paused("migrating"), DomainJob.OUTGOING_MIGRATION, false),
    INCOMING(DomainState.paused("migrating"), DomainJob.NONE, false),
    /** Moved away, but libvirt's Confirm failed. */
    LEFT_OVER(DomainState.paused("migrating"), DomainJob.NONE, false),
    POST_COPY(DomainState.running("post-copy"), DomainJob.NONE, true),
    POST_COPY_SOURCE(DomainState.paused("post-copy"), DomainJob.OUTGOING_MIGRATION, false),
    POST_COPY_FAILED(DomainState.paused("post-copy failed"), DomainJob.NONE, false);

    private static final Guest[] ALL = values();

    final Optional<DomainState> shown;
    final DomainJob job;
    /** Whether it writes to its volumes. */
    final boolean runs;

    Guest(@Nullable DomainState shown, DomainJob job, boolean runs) {
        this.shown = Optional.ofNullable(shown);
        this.job = job;
        this.runs = runs;
    }

    static Guest at(int ordinal) {
        return ALL[ordinal];
    }

    boolean present() {
        return this != ABSENT;
    }
}
