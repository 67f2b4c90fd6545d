package io.lockstep.lab;

import io.lockstep.lab.bench.Bench;
import io.lockstep.lab.machine.LabException;
import io.lockstep.lab.machine.LabScript;
import io.lockstep.lab.scenario.Cluster;
import io.lockstep.lab.scenario.Run;
import io.lockstep.lab.scenario.Scenario;
import io.lockstep.lab.scenarios.Scenarios;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/**
 * Plays the lab's scenarios on the two hosts that {@code ./lockstep lab} has brought up.
 *
 * <p>Exit status 0 when every scenario passed, 1 when one failed or the lab does not work, 2 for a wrong option.
 */
public final class Lab {

    private static final String USAGE = """
            usage: ./lockstep lab [--all]        the scenarios that run on every change, or all
                   ./lockstep lab run NAME...    only these
                   ./lockstep lab list           the scenarios' names and what happens in them
                   ./lockstep lab bench [--rounds N]
                                                 what locks cost a guest: Lockstep, a plain Python hook, commands by hand
                   ./lockstep lab timeline       one migration, as hooks, LVM's commands and the lease area tell it""";

    private Lab() {}

    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments)));
    }

    private static int run(List<String> arguments) {
        List<String> options = arguments.isEmpty() ? List.of() : arguments.subList(1, arguments.size());
        try {
            return switch (arguments.isEmpty() ? "" : arguments.getFirst()) {
                case "bench" -> bench(options);
                case "timeline" -> {
                    new Bench(cluster(), System.out).timeline();
                    yield 0;
                }
                case "list" -> list();
                case "run" -> named(options);
                case "--all" -> play(s -> true);
                case "" -> play(s -> s.traits().contains(Scenario.Trait.ON_EVERY_CHANGE));
                case "--help", "-h" -> {
                    System.out.println(USAGE);
                    yield 0;
                }
                default -> wrong("there is no " + arguments.getFirst());
            };
        } catch (LabException e) {
            System.err.println("lockstep lab: " + e.getMessage());
            return 1;
        }
    }

    private static int wrong(String what) {
        System.err.println("lockstep lab: " + what + "\n" + USAGE);
        return 2;
    }

    private static Cluster cluster() {
        return new Cluster(new LabScript(Path.of(System.getProperty("lockstep.lab.script", "lab"))));
    }

    private static int bench(List<String> options) {
        int rounds = 3;
        if (options.size() == 2
                && options.getFirst().equals("--rounds")
                && options.get(1).matches("[1-9]\\d?")) {
            rounds = Integer.parseInt(options.get(1));
        } else if (!options.isEmpty()) {
            return wrong("bench takes --rounds 1 to 99, not " + options);
        }
        return new Bench(cluster(), System.out).measure(rounds) ? 0 : 1;
    }

    private static int list() {
        Scenarios.ALL.forEach(s -> System.out.printf(
                "%-34s %s %s%n", s.name(), s.traits().contains(Scenario.Trait.ON_EVERY_CHANGE) ? "*" : " ", s.title()));
        System.out.println("\n* runs on every change; the others with --all");
        return 0;
    }

    private static int named(List<String> names) {
        List<String> unknown = names.stream()
                .filter(n -> Scenarios.ALL.stream().noneMatch(s -> s.name().equals(n)))
                .toList();
        if (names.isEmpty() || !unknown.isEmpty()) {
            return wrong(
                    names.isEmpty() ? "run takes names of scenarios" : "no scenario " + unknown + ": see lab list");
        }
        return play(s -> names.contains(s.name()));
    }

    private static int play(Predicate<Scenario> wanted) {
        Run run = new Run(cluster(), System.out);
        try {
            Scenarios.ALL.stream().filter(wanted).forEach(run::play);
        } catch (LabException | UncheckedIOException e) {
            System.err.println("lockstep lab: the run ends here: " + e.getMessage());
            run.conclude();
            return 1;
        }
        return run.conclude() ? 0 : 1;
    }
}
