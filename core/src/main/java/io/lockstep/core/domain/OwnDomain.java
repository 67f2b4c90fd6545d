package io.lockstep.core.domain;

import java.util.Optional;

/**
 * What a host can say of a domain by looking at its own libvirt alone: the rows of the handover table.
 */
public enum OwnDomain {
    /** libvirt is silent, or a hook of this domain is in progress. */
    UNKNOWN(false),
    /** Active, with an outgoing-migration job. */
    OUTGOING(true),
    /** {@code paused (starting up)}: qemu exists, nothing ran yet. */
    STARTING(true),
    /** {@code paused (migrating)} without a job: incoming on a target, halted or left over on a source. */
    PAUSED_MIGRATING(true),
    /** A post-copy migration is in its second phase; {@code running} on the target. */
    POST_COPY(true),
    /** The same on its source, which stands still and may not be rolled back. */
    POST_COPY_PAUSED(true),
    /** A post-copy migration failed: no side may be rolled back. */
    POST_COPY_FAILED(true),
    /** Otherwise active: running, paused by a person, I/O error, … */
    ACTIVE(true),
    /** No qemu process. */
    ABSENT(false);

    private final boolean present;

    OwnDomain(boolean present) {
        this.present = present;
    }

    /** Whether a qemu process is known to exist. */
    public boolean present() {
        return present;
    }

    /** @param reading empty when libvirt answered and does not list the domain as active */
    public static OwnDomain of(Optional<DomainReading> reading) {
        return reading.map(r -> of(r.state(), r.job())).orElse(ABSENT);
    }

    public static OwnDomain of(DomainState state, DomainJob job) {
        if (!state.active()) {
            return ABSENT;
        }
        boolean paused = state.lifecycle() == DomainState.Lifecycle.PAUSED;
        return switch (state.reason()) {
            case "post-copy failed" -> POST_COPY_FAILED;
            case "post-copy" -> paused ? POST_COPY_PAUSED : POST_COPY;
            default -> {
                if (job == DomainJob.OUTGOING_MIGRATION) {
                    yield OUTGOING;
                }
                yield switch (paused ? state.reason() : "") {
                    case "starting up" -> STARTING;
                    case "migrating" -> PAUSED_MIGRATING;
                    default -> ACTIVE;
                };
            }
        };
    }
}
