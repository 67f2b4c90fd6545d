package io.lockstep.agent.lane;

import io.lockstep.core.volume.LockResult;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Optional;

/**
 * Whether the last command of a group did not end. While one has not, requests fail at once instead of queueing, until it is time to
 * try the lock manager again.
 *
 * <p>Read by anybody. INVARIANT: changed only by a pass, which holds its lane's lock.
 */
final class Stall {

    private record Stuck(String command, Instant probeAt) {}

    private final InstantSource clock;
    private final Duration probeAfter;
    private volatile Optional<Stuck> stuck = Optional.empty();

    /** @param probeAfter how long requests fail at once */
    Stall(InstantSource clock, Duration probeAfter) {
        this.clock = clock;
        this.probeAfter = probeAfter;
    }

    /** The command that does not end; empty when the lock manager answers. */
    Optional<String> command() {
        return stuck.map(Stuck::command);
    }

    /** What a request is told at once; empty when it is worth asking. */
    Optional<LockResult> refusal() {
        return stuck.filter(s -> clock.instant().isBefore(s.probeAt())).map(s -> new LockResult.Stuck(s.command()));
    }

    /** Whether it is time to see if the lock manager answers again. */
    boolean probeDue() {
        return stuck.filter(s -> !clock.instant().isBefore(s.probeAt())).isPresent();
    }

    /** A command has come back, or was given up. */
    void saw(Collection<LockResult> results, Instant now) {
        stuck = results.stream()
                .filter(LockResult.Stuck.class::isInstance)
                .map(r -> new Stuck(((LockResult.Stuck) r).command(), now.plus(probeAfter)))
                .findFirst();
    }

    /** The lock manager answers again. */
    void over() {
        stuck = Optional.empty();
    }

    /** The lock manager still does not answer. */
    void goesOn() {
        stuck = stuck.map(s -> new Stuck(s.command(), clock.instant().plus(probeAfter)));
    }
}
