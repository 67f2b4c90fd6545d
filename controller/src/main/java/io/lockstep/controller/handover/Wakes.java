package io.lockstep.controller.handover;

import io.lockstep.controller.handover.SideView.Basis;
import io.lockstep.controller.host.Backoff;
import io.lockstep.controller.host.CallLimit;
import io.lockstep.controller.host.Hosts;
import io.lockstep.controller.host.WakeAnswer;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.Side;
import io.lockstep.core.handover.SideProgress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Wakes a side whenever the other one got further, and again until it has closed.
 *
 * <p>Guarantees: at most one wake to a side at a time; no wake is needed for safety, so one that is lost only delays; a wake that
 * waits for a silent host holds up no other.
 */
public final class Wakes {

    private static final Logger LOG = Logger.getLogger(Wakes.class);
    private static final Backoff AGAIN = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));

    private final Hosts hosts;
    private final Handovers handovers;
    private final Executor executor;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Deadlines deadlines;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Key, State> states = new HashMap<>();

    public Wakes(
            Hosts hosts,
            Handovers handovers,
            Executor executor,
            InstantSource clock,
            RandomGenerator random,
            Deadlines deadlines) {
        this.hosts = hosts;
        this.handovers = handovers;
        this.executor = executor;
        this.clock = clock;
        this.random = random;
        this.deadlines = deadlines;
    }

    private record Key(HandoverId id, Side side) {}

    /** What one side has been told; guarded by the lock. */
    private static final class State {
        @Nullable
        SideProgress told;

        boolean answered;
        boolean underWay;
        int attempts;
        Instant again = Instant.EPOCH;
    }

    /** To be called when a handover has changed. */
    public void changed(Handover handover) {
        for (Side side : Side.values()) {
            if (due(handover, side)) {
                executor.execute(() -> wake(handover.id(), side));
            }
        }
    }

    /** Repeats what has not had its effect yet. To be called every second or so. */
    public void tick() {
        handovers.open().forEach(this::changed);
    }

    private boolean due(Handover handover, Side side) {
        lock.lock();
        try {
            Key key = new Key(handover.id(), side);
            if (!handover.open()) {
                states.remove(key);
                return false;
            }
            SideView own = handover.side(side);
            SideView peer = handover.side(Handover.other(side));
            // A target learns from the answer to its own call that the source shares.
            boolean learns = own.basis() == Basis.NOTHING && !beyondShared(peer.progress());
            if (own.closed() || peer.basis() == Basis.NOTHING || learns) {
                return false;
            }
            State state = states.computeIfAbsent(key, k -> new State());
            Instant now = clock.instant();
            boolean due = !state.underWay
                    && (state.told != peer.progress()
                            || (!now.isBefore(state.again) && (!state.answered || beyondShared(peer.progress()))));
            if (due) {
                if (state.told != peer.progress()) {
                    state.attempts = 0;
                }
                state.told = peer.progress();
                state.underWay = true;
                state.answered = false;
            }
            return due;
        } finally {
            lock.unlock();
        }
    }

    /** While both hold SHARED nobody has to do anything, however long libvirt copies. */
    private static boolean beyondShared(SideProgress progress) {
        return switch (progress) {
            case SHARING, SHARED -> false;
            case ASKING, RELEASING, HOLDS, GONE -> true;
        };
    }

    private void wake(HandoverId id, Side side) {
        boolean answered = false;
        try {
            Optional<Handover> found = handovers.find(id);
            if (found.isPresent()) {
                answered = wake(found.get(), side);
            }
        } finally {
            done(id, side, answered);
        }
        // The other side may have got further meanwhile.
        handovers.find(id).ifPresent(this::changed);
    }

    private boolean wake(Handover handover, Side side) {
        SideProgress peer = handover.side(Handover.other(side)).progress();
        WakeAnswer answer = hosts.participant(handover.host(side))
                .wake(
                        handover.id(),
                        handover.domain(),
                        handover.epoch(),
                        peer,
                        CallLimit.until(clock.instant().plus(deadlines.look())));
        return switch (answer) {
            case WakeAnswer.Report report -> {
                handovers.report(report.report());
                yield true;
            }
            case WakeAnswer.NotOpen ignored -> true;
            case WakeAnswer.Silent silent -> {
                LOG.debugf("%s: %s could not be woken: %s", handover.words(), handover.host(side), silent.why());
                yield false;
            }
        };
    }

    private void done(HandoverId id, Side side, boolean answered) {
        lock.lock();
        try {
            State state = states.get(new Key(id, side));
            if (state != null) {
                state.underWay = false;
                state.answered = answered;
                state.attempts++;
                state.again = clock.instant().plus(AGAIN.after(state.attempts, random));
            }
        } finally {
            lock.unlock();
        }
    }
}
