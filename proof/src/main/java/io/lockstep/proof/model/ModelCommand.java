package io.lockstep.proof.model;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./lockstep model}: explores the bounded model and says what it found. */
@Command(
        name = "./lockstep model",
        mixinStandardHelpOptions = true,
        description =
                "Explores every interleaving of a bounded model that is driven by the real rules, and checks the invariants.")
public final class ModelCommand implements Callable<Integer> {

    private static final int MOST = 30_000_000;

    @Parameters(arity = "0..*", paramLabel = "CONFIGURATION", description = "Which ones; all of --list by default.")
    private List<String> names = List.of();

    @Option(names = "--small", description = "The small ones that the unit tests explore.")
    private boolean small;

    @Option(names = "--list", description = "Name the configurations and end.")
    private boolean list;

    @Option(
            names = "--most",
            paramLabel = "N",
            description = "Give up beyond that many states of one configuration (default: ${DEFAULT-VALUE}).")
    private int most = MOST;

    @Spec
    private CommandLine.Model.CommandSpec spec;

    private final Rules rules;

    ModelCommand(Rules rules) {
        this.rules = rules;
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new ModelCommand(Rules.CORE)).execute(arguments));
    }

    @Override
    public Integer call() {
        List<Configuration> chosen = chosen();
        if (list) {
            chosen.forEach(c -> say("%-24s %s".formatted(c.name(), c.what())));
            return 0;
        }
        say("%-24s %12s %12s %6s %10s %7s".formatted("configuration", "states", "steps", "depth", "at rest", "s"));
        int violated = 0;
        long states = 0;
        for (Configuration each : chosen) {
            long began = System.nanoTime();
            Result result = new Exploration(each, rules, most).run();
            double seconds = (System.nanoTime() - began) / 1e9;
            say(String.format(
                    Locale.ROOT,
                    "%-24s %,12d %,12d %6d %,10d %7.1f",
                    each.name(),
                    result.states(),
                    result.steps(),
                    result.depth(),
                    result.rests(),
                    seconds));
            states += result.states();
            if (result.violation().isPresent()) {
                violated++;
                tell(result.violation().get());
            }
        }
        say("");
        say(String.format(Locale.ROOT, "%,d states: ", states)
                + (violated == 0
                        ? "I0 to I5 hold in each, and from each a state of rest can be reached."
                        : "there are violations, see above."));
        return violated == 0 ? 0 : 1;
    }

    private List<Configuration> chosen() {
        List<Configuration> known = small ? Configurations.SMALL : Configurations.ALL;
        if (names.isEmpty()) {
            return known;
        }
        List<Configuration> every = Stream.concat(Configurations.ALL.stream(), Configurations.SMALL.stream())
                .toList();
        return names.stream()
                .map(name -> every.stream()
                        .filter(c -> c.name().equals(name))
                        .findFirst()
                        .orElseThrow(() -> new ParameterException(
                                spec.commandLine(),
                                "no configuration is named " + name + "; there are "
                                        + every.stream()
                                                .map(Configuration::name)
                                                .collect(Collectors.joining(", ")))))
                .toList();
    }

    private void tell(Violation violation) {
        say("");
        say("  " + violation.what());
        int number = 0;
        for (String step : violation.trace()) {
            say("  %3d %s".formatted(++number, step));
        }
        say("");
    }

    private void say(String line) {
        spec.commandLine().getOut().println(line);
        spec.commandLine().getOut().flush();
    }
}
