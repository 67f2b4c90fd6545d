package io.lockstep.lab.scenario;

import io.lockstep.lab.machine.LabException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Plays scenarios one after the other, each on a cluster at rest, and prints what happens and a table. */
public final class Run {

    private final Cluster cluster;
    private final PrintStream out;
    private final List<Result> results = new ArrayList<>();
    private final Instant began = Instant.now();

    public Run(Cluster cluster, PrintStream out) {
        this.cluster = cluster;
        this.out = out;
    }

    public List<Result> results() {
        return List.copyOf(results);
    }

    public Result play(Scenario scenario) {
        out.printf("%n%s: %s%n", scenario.name(), scenario.title());
        Stage stage = new Stage(cluster, this::tell);
        Instant start = Instant.now();
        Optional<String> failure = Optional.empty();
        try {
            scenario.body().play(stage);
            if (!scenario.traits().contains(Scenario.Trait.RUINS_THE_CLUSTER)) {
                rest();
            }
        } catch (CheckFailed | LabException | UncheckedIOException e) {
            failure = Optional.of(String.valueOf(e.getMessage()));
        }
        Result result = new Result(scenario, stage.steps(), failure, Duration.between(start, Instant.now()));
        results.add(result);
        failure.ifPresent(f -> {
            out.printf("  FAILED  %s%n", indented(f));
            evidence();
        });
        if (!result.passed() || scenario.traits().contains(Scenario.Trait.RUINS_THE_CLUSTER)) {
            cluster.restore();
        }
        return result;
    }

    /** Every scenario ends here: its guests are ended, and then nobody may hold anything. */
    private void rest() {
        Instant start = Instant.now();
        cluster.comeToRest().ifPresent(why -> {
            throw new CheckFailed("after the end of all guests: " + why);
        });
        tell(new Step("guests ended; lease area: nobody holds anything", Duration.between(start, Instant.now())));
    }

    private void tell(Step step) {
        out.printf(Locale.ROOT, "  %6.1f s  %s%n", step.took().toMillis() / 1000.0, indented(step.what()));
    }

    private static String indented(String text) {
        return text.replace("\n", "\n            ");
    }

    /** What a person wants to see of a scenario that failed, before its cluster is put back. */
    private void evidence() {
        cluster.hosts().forEach(host -> {
            out.printf("  --- %s%n", host);
            try {
                out.println(host.run(
                                "virsh list --all; lvmlockctl -i | grep '^LK LV'; journalctl -q --no-pager -o short-precise -n 40"
                                        + " -u lockstep-agent -u lockstep-controller | cut -c1-400",
                                Duration.ofSeconds(40))
                        .out());
            } catch (LabException e) {
                out.println(e.getMessage());
            }
        });
    }

    /** @return whether every scenario passed */
    public boolean conclude() {
        out.printf("%n%-34s %-8s %8s   %s%n", "scenario", "result", "seconds", "what happens");
        for (Result result : results) {
            out.printf(
                    Locale.ROOT,
                    "%-34s %-8s %8.1f   %s%n",
                    result.scenario().name(),
                    result.passed() ? "ok" : "FAILED",
                    result.took().toMillis() / 1000.0,
                    result.scenario().title());
        }
        long failed = results.stream().filter(r -> !r.passed()).count();
        out.printf(
                Locale.ROOT,
                "%n%d scenarios, %d failed, in %d s%n",
                results.size(),
                failed,
                Duration.between(began, Instant.now()).toSeconds());
        return failed == 0 && !results.isEmpty();
    }
}
