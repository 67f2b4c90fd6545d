package io.lockstep.lab.bench;

import io.lockstep.lab.machine.LabException;
import io.lockstep.lab.machine.Machine;
import io.lockstep.lab.scenario.Cluster;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The time that locks add to start and stop of a guest with 1, 2, 10 and 20 disks, and how many LVM commands, for three ways.
 *
 * <p>The hooks are timed by {@code lab-hooks}, which calls the real one and notes when it began and ended. By hand it is the time of
 * the one command. The ways take turns, so that whatever else the machine does hits all of them.
 */
final class HookCosts {

    private static final List<Integer> DISKS = List.of(1, 2, 10, 20);
    private static final List<String> STEPS = List.of("start", "stop");
    /** From the begin of a stop's first hook until no disk is active: a stop does not wait for that. */
    private static final String FREE = "stop, until free";

    private final Cluster cluster;
    private final Machine host;
    private final int rounds;
    private final PrintStream out;
    private final Map<String, Samples> seconds = new LinkedHashMap<>();
    /** {@code java -version}, while no agent runs. */
    private final Samples java = new Samples();

    private final Map<String, Integer> commands = new LinkedHashMap<>();

    HookCosts(Cluster cluster, int rounds, PrintStream out) {
        this.cluster = cluster;
        this.host = cluster.h1();
        this.rounds = rounds;
        this.out = out;
    }

    /** @return whether ours is ahead of the script in every row, and within its bound of the floor */
    boolean measure() {
        DISKS.forEach(
                disks -> cluster.define(host, domain(disks), volumes(disks).toArray(String[]::new)));
        for (int round = 0; round < rounds; round++) {
            for (Way way : Way.values()) {
                way.setUp(host);
                // The first ones after a change find cold caches, and an agent that has just started; they count for
                // nobody.
                for (int each = 0; each < way.warmUp(); each++) {
                    once(way, 1, false);
                }
                if (way == Way.BY_HAND) {
                    java.add(Double.parseDouble(host.ok("lab-timed /usr/lib/lockstep/runtime/bin/java -version")));
                }
                DISKS.forEach(disks -> once(way, disks, true));
            }
            out.printf("round %d of %d%n", round + 1, rounds);
        }
        host.ok("lab-hooks count");
        for (Way way : Way.values()) {
            way.setUp(host);
            DISKS.forEach(disks -> count(way, disks));
        }
        host.ok("lab-hooks count-no-more");
        Way.LOCKSTEP.setUp(host);
        print(java.median());
        out.flush();
        return holds(java.median());
    }

    private static String domain(int disks) {
        return "p" + disks;
    }

    private static List<String> volumes(int disks) {
        return IntStream.rangeClosed(1, disks).mapToObj("p%02d"::formatted).toList();
    }

    private static String key(Way way, String step, int disks) {
        return way + " " + step + " " + disks;
    }

    private void once(Way way, int disks, boolean counts) {
        for (String step : STEPS) {
            double took = way == Way.BY_HAND ? byHand(step, disks) : hooks(step, disks);
            if (counts) {
                add(way, step, disks, took);
            }
            if (step.equals("stop")) {
                double free = way == Way.BY_HAND ? took : free(disks);
                if (counts) {
                    add(way, FREE, disks, free);
                }
            }
        }
    }

    private void add(Way way, String step, int disks, double took) {
        seconds.computeIfAbsent(key(way, step, disks), k -> new Samples()).add(took);
    }

    private double free(int disks) {
        return Double.parseDouble(host.ok("lab-hooks free " + domain(disks) + " " + names(disks)));
    }

    private static String names(int disks) {
        return volumes(disks).stream().map(v -> "vg0/" + v).collect(Collectors.joining(" "));
    }

    private double byHand(String step, int disks) {
        return Double.parseDouble(
                host.ok("lab-timed lvchange " + (step.equals("start") ? "-aey " : "-an ") + names(disks)));
    }

    /** What all hooks of one start or stop took together. */
    private double hooks(String step, int disks) {
        host.ok("lab-hooks forget; virsh " + (step.equals("start") ? "start " : "destroy ") + domain(disks) + " >&2");
        return Double.parseDouble(host.ok("lab-hooks seconds " + domain(disks)));
    }

    private void count(Way way, int disks) {
        for (String step : STEPS) {
            host.ok("lab-hooks forget-commands");
            if (way == Way.BY_HAND) {
                byHand(step, disks);
            } else {
                hooks(step, disks);
                if (step.equals("stop")) {
                    host.ok("lab-hooks await-free " + names(disks));
                }
                host.ok("lab-hooks await-idle");
            }
            commands.put(key(way, step, disks), Integer.parseInt(host.ok("lab-hooks commands")));
        }
    }

    private double median(Way way, String step, int disks) {
        Samples samples = seconds.get(key(way, step, disks));
        if (samples == null || samples.isEmpty()) {
            throw new LabException("nothing was measured for " + key(way, step, disks));
        }
        return samples.median();
    }

    private double bound(double java, String step, int disks) {
        return 1.25 * median(Way.BY_HAND, step, disks) + 3 * java;
    }

    private boolean holds(double java) {
        return DISKS.stream()
                .allMatch(disks -> STEPS.stream().allMatch(step -> {
                    double ours = median(Way.LOCKSTEP, step, disks);
                    return ours < median(Way.SCRIPT, step, disks) && ours <= bound(java, step, disks);
                }));
    }

    private void print(double java) {
        out.printf(Locale.ROOT, "%njava -version: %.2f s. Seconds are medians of %d rounds.%n%n", java, rounds);
        out.println(
                "| step | disks | Lockstep | commands | Python hook | commands | by hand | commands | 1.25 × by hand + 3 × java |");
        out.println("|---|---|---|---|---|---|---|---|---|");
        for (String step : STEPS) {
            for (int disks : DISKS) {
                StringBuilder row = new StringBuilder("| " + step + " | " + disks);
                for (Way way : Way.values()) {
                    row.append(String.format(
                            Locale.ROOT,
                            " | %.2f | %d",
                            median(way, step, disks),
                            commands.getOrDefault(key(way, step, disks), -1)));
                }
                row.append(String.format(Locale.ROOT, " | %.2f |", bound(java, step, disks)));
                out.println(row);
            }
        }
        out.println();
        out.println("| step | disks | Lockstep | Python hook | by hand |");
        out.println("|---|---|---|---|---|");
        for (int disks : DISKS) {
            StringBuilder row = new StringBuilder("| " + FREE + " | " + disks);
            for (Way way : Way.values()) {
                row.append(String.format(Locale.ROOT, " | %.2f", median(way, FREE, disks)));
            }
            out.println(row.append(" |"));
        }
    }
}
