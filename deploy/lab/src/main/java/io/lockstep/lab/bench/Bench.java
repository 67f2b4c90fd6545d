package io.lockstep.lab.bench;

import io.lockstep.lab.scenario.Cluster;
import java.io.PrintStream;

/** Everything that {@code ./lockstep lab bench} measures, in one run. */
public final class Bench {

    private final Cluster cluster;
    private final PrintStream out;

    public Bench(Cluster cluster, PrintStream out) {
        this.cluster = cluster;
        this.out = out;
    }

    /** @return whether what is promised holds: ours ahead of the script in every row, and near the floor */
    public boolean measure(int rounds) {
        boolean holds = new HookCosts(cluster, rounds, out).measure();
        out.printf(
                "%n%s%n",
                holds
                        ? "Lockstep is ahead of the script in every row, and within its bound"
                        : "NOT SO: Lockstep ahead of the script in every row, and within its bound");
        new BootStorm(cluster, out).measure();
        timeline();
        return holds;
    }

    /** Only the one migration. */
    public void timeline() {
        out.printf("%nOne migration:%n%n");
        new MigrationTimeline(cluster, out).record();
    }
}
