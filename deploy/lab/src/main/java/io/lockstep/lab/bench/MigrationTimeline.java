package io.lockstep.lab.bench;

import io.lockstep.lab.lease.Holding;
import io.lockstep.lab.lease.LeaseTrail;
import io.lockstep.lab.machine.LabException;
import io.lockstep.lab.machine.Machine;
import io.lockstep.lab.scenario.Cluster;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/** One migration, as the hooks, LVM's own command log and the lease area tell it, by this machine's clock. */
final class MigrationTimeline {

    private static final Duration SETTLING = Duration.ofSeconds(60);

    private final Cluster cluster;
    private final PrintStream out;

    /** @param at by this machine's clock: what a host noted is shifted by its clock's difference */
    private record Event(Instant at, String who, String what) {}

    MigrationTimeline(Cluster cluster, PrintStream out) {
        this.cluster = cluster;
        this.out = out;
    }

    void record() {
        Machine source = cluster.h1();
        Machine target = cluster.h2();
        for (Machine host : cluster.hosts()) {
            host.ok("lab-hooks lockstep && lab-hooks count");
            cluster.define(host, "d1", "d1_a", "d1_b");
        }
        source.ok("virsh start d1");
        cluster.hosts().forEach(h -> h.ok("lab-hooks forget; lab-hooks forget-commands"));
        List<Event> events = new ArrayList<>();
        try (LeaseTrail trail = new LeaseTrail(cluster.leases(), "d1_a")) {
            events.add(new Event(Instant.now(), source.name(), "virsh migrate --live d1 qemu+tcp://h2/system"));
            source.ok("virsh migrate --live d1 qemu+tcp://h2/system");
            events.add(new Event(Instant.now(), source.name(), "virsh returns"));
            if (!Cluster.await(SETTLING, () -> cluster.leases().of("d1_a").equals(Holding.exclusive(2)))) {
                throw new LabException("d1_a does not become EXCLUSIVE on h2: " + trail.entries());
            }
            pauseForTheLastLook();
            trail.entries().forEach(e -> events.add(new Event(e.at(), "disk", "vg0/d1_a " + e.holding())));
            for (Machine host : cluster.hosts()) {
                noted(host, events);
            }
            events.sort(Comparator.comparing(Event::at));
            print(events);
            intervals(events, trail, target);
        }
        for (Machine host : cluster.hosts()) {
            host.ok("lab-hooks count-no-more && lab-hooks as-installed");
        }
        target.ok("virsh destroy d1");
    }

    private static void pauseForTheLastLook() {
        try {
            Thread.sleep(Duration.ofSeconds(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What a host wrote down: lines of seconds since the epoch, and what happened. */
    private static void noted(Machine host, List<Event> events) {
        Instant before = Instant.now();
        double there = Double.parseDouble(host.ok("date +%s.%N"));
        Instant middle = before.plus(Duration.between(before, Instant.now()).dividedBy(2));
        double shift = seconds(middle) - there;
        for (String line : host.ok("lab-hooks events").lines().toList()) {
            int blank = line.indexOf(' ');
            double at = Double.parseDouble(line.substring(0, blank)) + shift;
            events.add(
                    new Event(Instant.ofEpochSecond(0, Math.round(at * 1e9)), host.name(), line.substring(blank + 1)));
        }
    }

    private static double seconds(Instant at) {
        return at.getEpochSecond() + at.getNano() / 1e9;
    }

    private void print(List<Event> events) {
        Instant began = events.getFirst().at();
        events.forEach(e ->
                out.printf(Locale.ROOT, "%7.2f s  %-4s  %s%n", seconds(e.at()) - seconds(began), e.who(), e.what()));
    }

    private void intervals(List<Event> events, LeaseTrail trail, Machine target) {
        Instant shared = moment(trail, Holding.shared(1, 2)::equals);
        Instant released = moment(trail, Holding.shared(2)::equals);
        Instant exclusive = moment(trail, Holding.exclusive(2)::equals);
        Instant libvirtBegins = noted(events, target.name(), "hook migrate ends");
        Instant libvirtEnds = noted(events, cluster.h1().name(), "hook release begins");
        out.printf("%n| interval | s |%n|---|---|%n");
        row("both SHARED, before libvirt's own part", shared, libvirtBegins);
        row("libvirt's own part", libvirtBegins, libvirtEnds);
        row("both SHARED, after libvirt's own part", libvirtEnds, released);
        row("source's release to target's EXCLUSIVE", released, exclusive);
    }

    private static Instant moment(LeaseTrail trail, Predicate<Holding> shown) {
        return trail.first(shown)
                .orElseThrow(() -> new LabException("the lease area never showed it: " + trail.entries()));
    }

    private static Instant noted(List<Event> events, String who, String what) {
        Optional<Event> found = events.stream()
                .filter(e -> e.who().equals(who) && e.what().contains(what))
                .findFirst();
        return found.orElseThrow(() -> new LabException(who + " did not note \"" + what + "\""))
                .at();
    }

    private void row(String what, Instant from, Instant until) {
        out.printf(Locale.ROOT, "| %s | %.2f |%n", what, seconds(until) - seconds(from));
    }
}
