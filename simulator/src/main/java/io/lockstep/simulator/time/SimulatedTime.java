package io.lockstep.simulator.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The clock of a cluster and the only way to wait in it.
 *
 * <p>Virtual time advances at once and by nothing else than waiting, so a run repeats exactly. Real time sleeps, scaled.
 */
public abstract sealed class SimulatedTime implements InstantSource {

    /** The first moment of every virtual run. */
    public static final Instant START = Instant.parse("2026-11-22T20:00:00Z");

    private SimulatedTime() {}

    public static SimulatedTime virtual() {
        return new Virtual();
    }

    /** Virtual time that somebody else keeps, who lets others act while one waits. */
    public static SimulatedTime keptBy(Keeper keeper) {
        return new Kept(keeper);
    }

    /** Keeps the virtual time of a cluster. */
    public interface Keeper extends InstantSource {

        /** Comes back when this much time or more has passed; whatever is due meanwhile has happened then. */
        void pass(Duration duration);
    }

    /** @param scale real seconds per simulated second: with 0.1, a refusal that takes 5 s takes 0.5 s */
    public static SimulatedTime real(double scale) {
        return new Real(scale);
    }

    /** Lets this much simulated time pass. An interrupted thread returns early and stays interrupted. */
    public abstract void pass(Duration duration);

    /** How long a real thread waits for this much simulated time; zero when time is virtual. */
    public abstract Duration real(Duration simulated);

    /** Whether waiting costs no real time, so that nothing can happen in another thread meanwhile. */
    public final boolean isVirtual() {
        return !(this instanceof Real);
    }

    private static final class Virtual extends SimulatedTime {
        private Instant now = START;

        @Override
        public synchronized Instant instant() {
            return now;
        }

        @Override
        public synchronized void pass(Duration duration) {
            now = now.plus(duration);
        }

        @Override
        public Duration real(Duration simulated) {
            return Duration.ZERO;
        }
    }

    private static final class Kept extends SimulatedTime {
        private final Keeper keeper;

        Kept(Keeper keeper) {
            this.keeper = keeper;
        }

        @Override
        public Instant instant() {
            return keeper.instant();
        }

        @Override
        public void pass(Duration duration) {
            keeper.pass(duration);
        }

        @Override
        public Duration real(Duration simulated) {
            return Duration.ZERO;
        }
    }

    private static final class Real extends SimulatedTime {
        private final double scale;
        private final Instant started = Instant.now();
        private final long startedNanos = System.nanoTime();

        Real(double scale) {
            if (!(scale > 0)) {
                throw new IllegalArgumentException("a scale of time is positive: " + scale);
            }
            this.scale = scale;
        }

        @Override
        public Instant instant() {
            return started.plusNanos((long) ((System.nanoTime() - startedNanos) / scale));
        }

        @Override
        public void pass(Duration duration) {
            try {
                Thread.sleep(real(duration));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public Duration real(Duration simulated) {
            return Duration.ofNanos((long) (simulated.toNanos() * scale));
        }
    }
}
