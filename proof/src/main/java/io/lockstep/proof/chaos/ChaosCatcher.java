package io.lockstep.proof.chaos;

import io.lockstep.proof.mutant.Catcher;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/**
 * Random runs, one seed after the other until one finds it. Which seed that is may change with any change of the code; that none does
 * means that runs have become blind for it.
 */
public final class ChaosCatcher implements Catcher<ShellMutant> {

    private static final int SEEDS = 20;
    private static final int STEPS = 1_000;

    /** The invariant, and what is wrong without the moment and without the details that follow. */
    private static final Pattern VIOLATION = Pattern.compile("(?s)([^:]+): (?:at \\S+ )?([^:]+).*");

    @Override
    public Optional<Caught> caught(ShellMutant mutant) {
        return LongStream.rangeClosed(1, SEEDS)
                .mapToObj(seed -> Chaos.run(seed, STEPS, mutant.mutation()))
                .filter(outcome -> !outcome.violations().isEmpty())
                .findFirst()
                .map(ChaosCatcher::caught);
    }

    private static Caught caught(Chaos.Outcome outcome) {
        String violation = outcome.violations().getFirst();
        Matcher words = VIOLATION.matcher(violation);
        boolean known = words.matches();
        return new Caught(
                "chaos, seed " + outcome.seed(),
                known ? words.group(1) : "run",
                known ? words.group(2) : violation,
                Math.toIntExact(outcome.steps()));
    }
}
