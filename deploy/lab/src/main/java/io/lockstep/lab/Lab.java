package io.lockstep.lab;

import io.lockstep.lab.machine.LabException;
import io.lockstep.lab.machine.LabScript;
import io.lockstep.lab.scenario.Cluster;
import io.lockstep.lab.scenario.Run;
import io.lockstep.lab.scenario.Scenario;
import io.lockstep.lab.scenarios.Scenarios;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Plays the lab's scenarios on the two hosts that {@code ./lockstep lab} has brought up.
 *
 * <p>Exit status 0 when every scenario passed, 1 when one failed or the lab does not work, 2 for a wrong option.
 */
public final class Lab {

    private static final String USAGE = """
            usage: ./lockstep lab [--all] [--list] [NAME...]
              --all    every scenario, also those that take long; otherwise those that run on every change
              --list   print the scenarios' names and what happens in them
              NAME     only these""";

    private Lab() {}

    public static void main(String[] arguments) {
        List<String> names = new ArrayList<>();
        boolean all = false;
        for (String argument : arguments) {
            switch (argument) {
                case "--all" -> all = true;
                case "--list" -> {
                    Scenarios.ALL.forEach(s -> System.out.printf(
                            "%-34s %s %s%n",
                            s.name(), s.traits().contains(Scenario.Trait.ON_EVERY_CHANGE) ? "*" : " ", s.title()));
                    System.out.println("\n* runs on every change; the others with --all");
                    return;
                }
                case "--help", "-h" -> {
                    System.out.println(USAGE);
                    return;
                }
                default -> names.add(argument);
            }
        }
        List<String> unknown = names.stream()
                .filter(n -> Scenarios.ALL.stream().noneMatch(s -> s.name().equals(n)))
                .toList();
        if (!unknown.isEmpty()) {
            System.err.println("lockstep lab: no scenario or option " + unknown + ": --list shows them\n" + USAGE);
            System.exit(2);
        }
        System.exit(play(names, all) ? 0 : 1);
    }

    private static boolean play(List<String> names, boolean all) {
        try {
            Cluster cluster = new Cluster(new LabScript(Path.of(System.getProperty("lockstep.lab.script", "lab"))));
            Run run = new Run(cluster, System.out);
            for (Scenario scenario : Scenarios.ALL) {
                boolean wanted = names.isEmpty()
                        ? all || scenario.traits().contains(Scenario.Trait.ON_EVERY_CHANGE)
                        : names.contains(scenario.name());
                if (wanted) {
                    run.play(scenario);
                }
            }
            return run.conclude();
        } catch (LabException e) {
            System.err.println("lockstep lab: " + e.getMessage());
            return false;
        }
    }
}
