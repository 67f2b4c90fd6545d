package io.lockstep.agent;

import io.lockstep.agent.handover.Handovers;
import io.lockstep.agent.lane.Lanes;
import io.lockstep.agent.libvirt.DomainWatch;
import io.lockstep.agent.state.StateStore;
import io.lockstep.agent.work.Waker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * When an agent looks around, and in which order: libvirt is asked, then claims and handovers are settled, then the lanes that were
 * woken by that have their turn. The scheduler begins a round, and whoever says that something has happened begins the part of it that
 * is concerned.
 *
 * <p>Guarantees: but for {@link #lookNow} all of it happens in the background, and whoever asks for it goes on; of each part one runs
 * at a time, and whatever is asked for while it runs is done by one more run ({@link Waker}).
 */
final class Rounds {

    private final Parts parts;
    private final Waker looking;
    private final Waker reconciling;
    private final Waker refreshing;
    private final LookAtLeast rereading;
    /** Whether a look after an event is on its way. */
    private final AtomicBoolean expected = new AtomicBoolean();

    private volatile Instant begunAt;

    /**
     * @param reconcile settles claims and handovers with what was seen last, and lets the lanes have their turn
     * @param rereading how often the names of all volumes are read again without a reason
     */
    record Parts(
            DomainWatch watch,
            DomainWatch.WatchSettings settings,
            StateStore state,
            Handovers handovers,
            Lanes lanes,
            Runnable reconcile,
            Duration rereading,
            InstantSource clock,
            Executor background,
            Agent.Later later) {}

    Rounds(Parts parts) {
        this.parts = parts;
        this.begunAt = parts.clock().instant();
        this.rereading = new LookAtLeast(parts.rereading(), parts.clock());
        this.reconciling = new Waker(parts.background(), parts.reconcile());
        this.looking = new Waker(parts.background(), () -> {
            lookNow();
            if (parts.handovers().waitForAnotherLook()) {
                parts.later().after(parts.settings().lookGap(), this::lookSoon);
            }
        });
        this.refreshing = new Waker(parts.background(), parts.lanes()::refresh);
    }

    /** The scheduler's turn: everybody looks. */
    void begin() {
        begunAt = parts.clock().instant();
        Lanes lanes = parts.lanes();
        if (rereading.due() || lanes.problem().isPresent() || lanes.takeStale()) {
            refreshing.wake();
        }
        looking.wake();
        lanes.lookInBackground();
    }

    /** How long ago the scheduler had its turn, by a clock that does not step with the wall's. */
    Duration sinceBegun() {
        return Duration.between(begunAt, parts.clock().instant());
    }

    void lookSoon() {
        looking.wake();
    }

    void reconcileSoon() {
        reconciling.wake();
    }

    /** Asks libvirt now. Blocks as long as libvirt takes. */
    void lookNow() {
        parts.watch().look();
        reconciling.wake();
    }

    /**
     * An event of libvirt. Most come just before or after a hook of the same domain, which acts by itself and looks at its end: a
     * look in between would find the domain busy, and hold up the hook's own way to the locks.
     */
    void happened() {
        Duration delay = parts.settings().eventDelay();
        if (delay.isZero() || !parts.state().get().handovers().isEmpty()) {
            lookSoon();
        } else if (expected.compareAndSet(false, true)) {
            parts.later().after(delay, () -> {
                expected.set(false);
                lookSoon();
            });
        }
    }

    /** Whether something that is done rarely is due again. */
    private static final class LookAtLeast {
        private final Duration every;
        private final InstantSource clock;
        private Instant last;

        LookAtLeast(Duration every, InstantSource clock) {
            this.every = every;
            this.clock = clock;
            this.last = clock.instant();
        }

        synchronized boolean due() {
            Instant now = clock.instant();
            if (last.plus(every).isAfter(now)) {
                return false;
            }
            last = now;
            return true;
        }
    }
}
