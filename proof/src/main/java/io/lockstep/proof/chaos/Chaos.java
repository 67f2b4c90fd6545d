package io.lockstep.proof.chaos;

import io.lockstep.proof.chaos.world.Chance;
import io.lockstep.proof.chaos.world.Mutation;
import io.lockstep.proof.chaos.world.World;
import io.lockstep.simulator.Invariants;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * One random run. A step is one thing that happens by chance: somebody does something, something fails, or time passes; many of them
 * happen while another one is still under way.
 */
public final class Chaos {

    /** A step may happen inside so many others. */
    private static final int DEEPEST = 6;

    /** After so many steps everything is healed, and must come to rest. */
    private static final int REST_EVERY = 200;

    private static final int PATIENCE = 50;

    /** From a storm, in which hardly a migration succeeds, to days on which one fault in a while meets a cluster that works. */
    private static final List<Integer> WEATHERS = List.of(1, 4, 12, 40);

    /**
     * What came of it.
     *
     * @param hash of the whole journal: the same whenever the same run is made
     */
    public record Outcome(
            long seed,
            long steps,
            Duration simulated,
            long hash,
            SortedMap<String, Long> counts,
            List<String> violations,
            List<String> latest) {}

    private final long seed;
    private final long goal;
    private final Scene scene;
    private final World world;
    private final Journal journal;
    private final Chance chance;
    private final List<Step> kinds;
    private final int weights;
    private final List<String> violations = new ArrayList<>();
    private final BackgroundFailures failures;
    private long steps;
    private int weather = 1;

    private Chaos(long seed, long goal, Mutation mutation, BackgroundFailures failures) {
        this.seed = seed;
        this.goal = goal;
        this.failures = failures;
        this.chance = new Chance(seed);
        this.scene = new Scene(chance, mutation);
        this.world = scene.world();
        this.journal = scene.journal();
        this.kinds = Stream.of(
                        List.of(Step.life("time passes", 24, this::pass)),
                        new GuestSteps(scene).all(),
                        new MigrationSteps(scene).all(),
                        new HostSteps(scene).all(),
                        new ProgramSteps(scene).all())
                .flatMap(List::stream)
                .toList();
        this.weights = kinds.stream().mapToInt(Step::weight).sum();
    }

    /** Runs so many steps, or until the first violation. */
    public static Outcome run(long seed, long steps, Mutation mutation) {
        try (BackgroundFailures failures = new BackgroundFailures()) {
            return new Chaos(seed, steps, mutation, failures).run();
        }
    }

    private Outcome run() {
        try {
            rest();
            while (steps < goal && violations.isEmpty()) {
                for (long until = Math.min(goal, steps + REST_EVERY); steps < until && violations.isEmpty(); ) {
                    if (chance.oneIn(2)) {
                        world.timeline().after(chance.seconds(0, 8), this::meanwhile);
                    }
                    step();
                }
                if (violations.isEmpty()) {
                    rest();
                }
            }
        } catch (RuntimeException | StackOverflowError e) {
            violations.add("the run itself failed: " + e + " at "
                    + Stream.of(e.getStackTrace())
                            .limit(12)
                            .map(String::valueOf)
                            .toList());
        }
        return new Outcome(
                seed,
                steps,
                world.timeline().elapsed(),
                journal.hash(),
                journal.counts(),
                List.copyOf(violations),
                journal.latest());
    }

    private void rest() {
        violations.addAll(new Rest(scene).come());
        judge();
        journal.count("came to rest");
        weather = chance.of(WEATHERS);
    }

    /** A step while others are under way. */
    private void meanwhile() {
        if (!world.calm() && world.timeline().depth() <= DEEPEST && violations.isEmpty()) {
            step();
        }
    }

    private void step() {
        for (int tries = 0; tries < PATIENCE; tries++) {
            Step chosen = choice();
            if (chosen.happening().happens()) {
                steps++;
                journal.count("step: " + chosen.name());
                judge();
                return;
            }
        }
    }

    private Step choice() {
        Step any = any();
        while (any.kind() == Step.Kind.FAULT && !chance.oneIn(weather)) {
            any = any();
        }
        return any;
    }

    private Step any() {
        int left = chance.below(weights);
        for (Step each : kinds) {
            left -= each.weight();
            if (left < 0) {
                return each;
            }
        }
        throw new IllegalStateException("weights do not add up");
    }

    private boolean pass() {
        Duration time =
                switch (chance.below(60)) {
                    case 0 -> chance.seconds(20, 180);
                    case 1, 2, 3, 4, 5 -> chance.seconds(3, 20);
                    default -> chance.millis(10, 2_000);
                };
        world.timeline().pass(time);
        return true;
    }

    private void judge() {
        if (violations.isEmpty()) {
            Invariants invariants = world.cluster().invariants();
            violations.addAll(invariants.singleWriter());
            violations.addAll(invariants.exclusiveMeansAlone());
            violations.addAll(invariants.runningMeansHeld(scene.unprotected()));
            violations.addAll(failures.seen());
            violations.forEach(v -> journal.tell("VIOLATION " + v));
        }
    }
}
