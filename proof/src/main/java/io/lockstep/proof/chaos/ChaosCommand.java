package io.lockstep.proof.chaos;

import io.lockstep.proof.chaos.world.Mutation;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./lockstep chaos}: random runs, and what they found. Exits with 1 at the first violation. */
@Command(
        name = "./lockstep chaos",
        mixinStandardHelpOptions = true,
        description =
                "Runs the real agents and controller over the simulated cluster, by chance, and checks the invariants after every step.")
public final class ChaosCommand implements Callable<Integer> {

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "the first seed (${DEFAULT-VALUE})")
    private long seed;

    @Option(
            names = "--steps",
            paramLabel = "M",
            defaultValue = "20000",
            description = "steps for each seed (${DEFAULT-VALUE})")
    private long steps;

    @Option(names = "--seeds", paramLabel = "K", defaultValue = "1", description = "so many seeds (${DEFAULT-VALUE})")
    private int seeds;

    @Option(
            names = "--jobs",
            paramLabel = "J",
            description = "so many seeds at a time, each on one thread (one for each processor)")
    private int jobs = Runtime.getRuntime().availableProcessors();

    @Spec
    private CommandSpec spec;

    private final SortedMap<String, Long> counts = new TreeMap<>();
    private Duration simulated = Duration.ZERO;
    private int ended;
    private long done;

    /** @param arguments as {@code ./lockstep chaos} was given them */
    public static void main(String[] arguments) {
        // Before anything logs: Quarkus' log manager is on the class path, and complains at exit when it is not the one
        // in use.
        System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
        System.exit(new CommandLine(new ChaosCommand()).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException, ExecutionException {
        if (steps < 1 || seeds < 1 || jobs < 1) {
            throw new ParameterException(spec.commandLine(), "--steps, --seeds and --jobs must be 1 or more");
        }
        PrintWriter out = spec.commandLine().getOut();
        long began = System.nanoTime();
        ExecutorService threads = Executors.newFixedThreadPool(jobs);
        try {
            List<Future<Chaos.Outcome>> runs = LongStream.range(seed, seed + seeds)
                    .mapToObj(each -> threads.submit(() -> Chaos.run(each, steps, Mutation.NONE)))
                    .toList();
            for (Future<Chaos.Outcome> run : runs) {
                Chaos.Outcome outcome = run.get();
                told(out, outcome);
                if (!outcome.violations().isEmpty()) {
                    violated(out, outcome);
                    summary(out, began, "VIOLATED by seed " + outcome.seed());
                    return 1;
                }
            }
        } finally {
            threads.shutdownNow();
        }
        counts.forEach((kind, count) -> out.printf("%,12d  %s%n", count, kind));
        summary(out, began, "no violation");
        return 0;
    }

    /** @param began by {@link System#nanoTime} */
    private void summary(PrintWriter out, long began, String result) {
        double seconds = (System.nanoTime() - began) / 1e9;
        // Of the whole virtual machine, its start, compilers and collector included.
        long processor = ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .orElse(Duration.ZERO)
                .toSeconds();
        out.printf(
                "%,d seeds, %,d steps, %,d hours of the cluster's time, in %.1f s (%,d s of processor time), %,.0f steps/s: %s%n",
                ended, done, simulated.toHours(), seconds, processor, done / seconds, result);
        out.flush();
    }

    private void told(PrintWriter out, Chaos.Outcome outcome) {
        ended++;
        done += outcome.steps();
        simulated = simulated.plus(outcome.simulated());
        outcome.counts().forEach((kind, count) -> counts.merge(kind, count, Long::sum));
        out.printf(
                "seed %d: %,d steps, %,d s of the cluster's time, journal %016x%n",
                outcome.seed(), outcome.steps(), outcome.simulated().toSeconds(), outcome.hash());
        out.flush();
    }

    private void violated(PrintWriter out, Chaos.Outcome outcome) {
        out.println();
        out.println("The latest of what happened:");
        outcome.latest().forEach(l -> out.println("  " + l));
        out.println();
        outcome.violations().forEach(v -> out.println("VIOLATION " + v));
        out.printf("To see it again: ./lockstep chaos --seed %d --steps %d%n", outcome.seed(), steps);
        out.flush();
    }
}
