package io.lockstep.proof.chaos.world;

import io.lockstep.simulator.time.SimulatedTime;
import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;

/**
 * The time of a run, and what is to happen by it.
 *
 * <p>Whoever waits lets happen what is due until then, each at its own time. What happens may wait in its turn; then the first one waits
 * longer than it wanted, as somebody does whose machine is slow.
 */
public final class Timeline implements SimulatedTime.Keeper {

    /** Deeper than this nothing more happens inside a wait: it is only late. */
    private static final int DEEPEST = 60;

    private record Due(long at, long order, Runnable what) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    private final PriorityQueue<Due> due = new PriorityQueue<>();
    private long now;
    /** Asked for far oftener than time passes. */
    private Instant instant = SimulatedTime.START;

    private long orders;
    private int depth;

    @Override
    public Instant instant() {
        return instant;
    }

    /** Since the beginning of the run. */
    public Duration elapsed() {
        return Duration.ofNanos(now);
    }

    /** How many waits are inside each other at the moment. */
    public int depth() {
        return depth;
    }

    public void after(Duration time, Runnable what) {
        due.add(new Due(now + time.toNanos(), orders++, what));
    }

    @Override
    public void pass(Duration duration) {
        long end = now + duration.toNanos();
        if (depth < DEEPEST) {
            depth++;
            try {
                for (Due next = due.peek(); next != null && next.at() <= end; next = due.peek()) {
                    due.remove();
                    reach(next.at());
                    next.what().run();
                }
            } finally {
                depth--;
            }
        }
        reach(end);
    }

    private void reach(long time) {
        if (time > now) {
            now = time;
            instant = SimulatedTime.START.plusNanos(now);
        }
    }

    /** Waits until the next thing is due, at most so long. */
    public void passToNext(Duration longest) {
        Due next = due.peek();
        long until = next == null || depth >= DEEPEST ? Long.MAX_VALUE : Math.max(next.at() - now, 0);
        pass(Duration.ofNanos(Math.min(until, longest.toNanos())));
    }
}
