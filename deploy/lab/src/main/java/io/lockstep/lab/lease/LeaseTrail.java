package io.lockstep.lab.lease;

import io.lockstep.lab.machine.LabException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Watches one volume's lease and notes each change with its time, as a thread of its own beside a scenario. */
public final class LeaseTrail implements AutoCloseable {

    private static final Duration BETWEEN = Duration.ofMillis(50);

    private final LeaseArea area;
    private final String volume;
    private final List<Entry> entries = new ArrayList<>();
    private final Thread watcher;
    private volatile boolean ended;

    /** @param at when this was first seen: the change happened at most one look earlier */
    public record Entry(Instant at, Holding holding) {}

    public LeaseTrail(LeaseArea area, String volume) {
        this.area = area;
        this.volume = volume;
        look();
        this.watcher = Thread.ofVirtual().name("lease-trail").start(this::watch);
    }

    private void watch() {
        while (!ended) {
            try {
                look();
                Thread.sleep(BETWEEN);
            } catch (LabException e) {
                // A dump in the middle of a write may be unreadable; the next one is not.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void look() {
        Holding now = area.of(volume);
        if (now.inTransition()) {
            return;
        }
        synchronized (entries) {
            if (entries.isEmpty() || !entries.getLast().holding().equals(now)) {
                entries.add(new Entry(Instant.now(), now));
            }
        }
    }

    public List<Entry> entries() {
        synchronized (entries) {
            return List.copyOf(entries);
        }
    }

    /** The moment that first showed this. */
    public Optional<Instant> first(Predicate<Holding> shown) {
        return entries().stream()
                .filter(e -> shown.test(e.holding()))
                .map(Entry::at)
                .findFirst();
    }

    @Override
    public void close() {
        ended = true;
        try {
            watcher.join(Duration.ofSeconds(20));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
