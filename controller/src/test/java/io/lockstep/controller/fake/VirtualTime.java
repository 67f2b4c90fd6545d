package io.lockstep.controller.fake;

import io.lockstep.controller.host.Changes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.PriorityQueue;

/** A clock, and what is to happen by it. Waiting runs what is due; nothing else passes time. */
public final class VirtualTime implements InstantSource, Changes {

    private record Due(Instant at, long order, Runnable what) {}

    private final PriorityQueue<Due> due =
            new PriorityQueue<>(Comparator.comparing(Due::at).thenComparingLong(Due::order));
    private Instant now = Instant.parse("2026-11-22T20:00:00Z");
    private long orders;
    private long version;

    @Override
    public Instant instant() {
        return now;
    }

    public void after(Duration delay, Runnable what) {
        due.add(new Due(now.plus(delay), orders++, what));
    }

    public void pass(Duration duration) {
        Instant until = now.plus(duration);
        while (!due.isEmpty() && !due.peek().at().isAfter(until)) {
            run(due.remove());
        }
        now = until;
    }

    @Override
    public long version() {
        return version;
    }

    @Override
    public void changed() {
        version++;
    }

    @Override
    public void await(long seen, Instant deadline) {
        while (version == seen && now.isBefore(deadline)) {
            if (due.isEmpty() || due.peek().at().isAfter(deadline)) {
                now = deadline;
            } else {
                run(due.remove());
            }
        }
    }

    private void run(Due next) {
        now = next.at().isAfter(now) ? next.at() : now;
        next.what().run();
    }
}
