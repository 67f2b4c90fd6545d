package io.lockstep.lab.bench;

import io.lockstep.lab.machine.Machine;
import io.lockstep.lab.scenario.Cluster;
import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Twenty guests of two disks each started at once, and stopped at once: until the last virsh returns. By hand it is one lvchange for
 * all forty volumes before, and the same starts without any hook.
 */
final class BootStorm {

    private static final int GUESTS = 20;
    private static final Duration LIMIT = Duration.ofMinutes(15);

    private final Cluster cluster;
    private final Machine host;
    private final PrintStream out;

    BootStorm(Cluster cluster, PrintStream out) {
        this.cluster = cluster;
        this.host = cluster.h1();
        this.out = out;
    }

    void measure() {
        guests().forEach(g -> cluster.define(host, g, g + "_a", g + "_b"));
        Map<Way, double[]> rows = new LinkedHashMap<>();
        host.ok("lab-hooks count");
        for (Way way : Way.values()) {
            way.setUp(host);
            host.ok("lab-hooks forget-commands");
            double start = 0;
            if (way == Way.BY_HAND) {
                start += lvchange("-aey");
            }
            start += atOnce("start");
            int startCommands = Integer.parseInt(host.ok("lab-hooks commands"));
            host.ok("lab-hooks forget-commands");
            double stop = atOnce("destroy");
            if (way == Way.BY_HAND) {
                stop += lvchange("-an");
            } else {
                host.ok("lab-hooks await-free " + volumes(), LIMIT);
                host.ok("lab-hooks await-idle");
            }
            int stopCommands = Integer.parseInt(host.ok("lab-hooks commands"));
            rows.put(way, new double[] {start, startCommands, stop, stopCommands});
        }
        host.ok("lab-hooks count-no-more");
        Way.LOCKSTEP.setUp(host);
        out.printf("%nTwenty guests of two disks at once:%n%n");
        out.println("| way | start, s | LVM commands | stop, s | LVM commands |");
        out.println("|---|---|---|---|---|");
        rows.forEach((way, row) -> out.printf(
                Locale.ROOT, "| %s | %.1f | %.0f | %.1f | %.0f |%n", way.words(), row[0], row[1], row[2], row[3]));
    }

    private static List<String> guests() {
        return IntStream.rangeClosed(1, GUESTS).mapToObj("t%02d"::formatted).toList();
    }

    private static String volumes() {
        return guests().stream()
                .flatMap(g -> Stream.of("vg0/" + g + "_a", "vg0/" + g + "_b"))
                .collect(Collectors.joining(" "));
    }

    private double lvchange(String mode) {
        return Double.parseDouble(host.ok("lab-timed lvchange " + mode + " " + volumes()));
    }

    private double atOnce(String verb) {
        return Double.parseDouble(host.ok("lab-timed lab-at-once " + verb + " " + String.join(" ", guests()), LIMIT));
    }
}
