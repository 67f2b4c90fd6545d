package io.lockstep.simulator.demo;

import io.lockstep.core.volume.LockMode;
import io.lockstep.simulator.Cluster;
import io.lockstep.simulator.SimulatedHost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * Watches one volume's lock on every host, from the shared disk's own lease area and not from anything an agent says, and notes
 * each change with its time.
 */
final class LockTrail implements AutoCloseable {

    private static final Duration LOOK = Duration.ofMillis(3);

    private final Cluster cluster;
    private final String volume;
    private final long began = System.nanoTime();
    private final List<Entry> entries = new ArrayList<>();
    private final Thread watcher;
    private volatile boolean ended;

    /** @param at since the trail began */
    record Entry(Duration at, String locks) {}

    LockTrail(Cluster cluster, String volume) {
        this.cluster = cluster;
        this.volume = volume;
        note();
        this.watcher = Thread.ofVirtual().name("lock-trail").start(this::watch);
    }

    private void watch() {
        try {
            while (!ended) {
                Thread.sleep(LOOK);
                note();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void note() {
        String locks = locks(cluster, volume);
        if (entries.isEmpty() || !entries.getLast().locks().equals(locks)) {
            entries.add(new Entry(Duration.ofNanos(System.nanoTime() - began), locks));
        }
    }

    synchronized List<Entry> entries() {
        note();
        return List.copyOf(entries);
    }

    @Override
    public void close() {
        ended = true;
        try {
            watcher.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        note();
    }

    /** One volume's locks on all hosts, in one line. */
    static String locks(Cluster cluster, String volume) {
        StringJoiner line = new StringJoiner("   ");
        for (SimulatedHost host : cluster.hosts()) {
            LockMode mode = host.held(volume);
            line.add(host.name() + " " + String.format("%-9s", mode == LockMode.UNLOCKED ? "-" : mode));
        }
        return line.toString().stripTrailing();
    }
}
