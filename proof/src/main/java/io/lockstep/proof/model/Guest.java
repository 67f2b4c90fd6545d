package io.lockstep.proof.model;

import io.lockstep.core.domain.DomainJob;
import io.lockstep.core.domain.DomainState;
import java.util.Optional;

/** A domain on one host, as its libvirt has it. */
enum Guest {
    ABSENT,
    STARTING,
    RUNNING,
    /** Runs here, and libvirt has a job that moves it to another host: from before the target's migrate hook is called. */
    OUTGOING,
    /** Its memory is copied, and it stands still here for ever. */
    HALTED,
    INCOMING,
    /** Moved away, but libvirt's Confirm failed. */
    LEFT_OVER,
    POST_COPY,
    POST_COPY_SOURCE,
    POST_COPY_FAILED;

    private static final Guest[] ALL = values();

    static Guest at(int number) {
        return ALL[number];
    }

    boolean present() {
        return this != ABSENT;
    }

    /** Whether it writes to its volumes. */
    boolean runs() {
        return this == RUNNING || this == OUTGOING || this == POST_COPY;
    }

    /** What {@code virsh domstate --reason} says; empty when libvirt does not list it as active. */
    Optional<DomainState> shown() {
        return switch (this) {
            case ABSENT -> Optional.empty();
            case STARTING -> Optional.of(DomainState.paused("starting up"));
            case RUNNING, OUTGOING -> Optional.of(DomainState.running("booted"));
            case HALTED, INCOMING, LEFT_OVER -> Optional.of(DomainState.paused("migrating"));
            case POST_COPY -> Optional.of(DomainState.running("post-copy"));
            case POST_COPY_SOURCE -> Optional.of(DomainState.paused("post-copy"));
            case POST_COPY_FAILED -> Optional.of(DomainState.paused("post-copy failed"));
        };
    }

    DomainJob job() {
        return switch (this) {
            case OUTGOING, HALTED, POST_COPY_SOURCE -> DomainJob.OUTGOING_MIGRATION;
            case ABSENT, STARTING, RUNNING, INCOMING, LEFT_OVER, POST_COPY, POST_COPY_FAILED -> DomainJob.NONE;
        };
    }
}
