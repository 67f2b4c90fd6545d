package io.lockstep.proof.mutant;

import io.lockstep.proof.model.Configuration;
import io.lockstep.proof.model.Configurations;
import io.lockstep.proof.model.Event;
import io.lockstep.proof.model.Exploration;
import io.lockstep.proof.model.Result;
import io.lockstep.proof.model.Rules;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The bounded model, in its small configurations. It also notices when what has to be possible never happens. */
public final class ModelCatcher implements Catcher<Mutant> {

    private static final int MOST = 2_000_000;

    /** What Lockstep is for. */
    private static final Set<Event> PURPOSE = EnumSet.of(Event.STARTED, Event.SWITCHES, Event.CLOSED_HOLDS);

    private final Map<Configuration, Set<Event>> possible = new HashMap<>();

    @Override
    public Optional<Caught> caught(Mutant mutant) {
        List<Configuration> likelyFirst = Configurations.SMALL.stream()
                .sorted(Comparator.comparing(c -> !c.name().equals(mutant.configuration())))
                .toList();
        return likelyFirst.stream()
                .map(configuration -> caught(mutant, configuration))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private Optional<Caught> caught(Mutant mutant, Configuration configuration) {
        String by = "model, " + configuration.name();
        Result result = new Exploration(configuration, mutant.rules(), MOST).run();
        if (result.violation().isPresent()) {
            return result.violation()
                    .map(v -> new Caught(
                            by, v.invariant(), v.explanation(), v.trace().size()));
        }
        Set<Event> missing = EnumSet.copyOf(PURPOSE);
        missing.retainAll(possible.computeIfAbsent(
                configuration, c -> new Exploration(c, Rules.CORE, MOST).run().seen()));
        missing.removeAll(result.seen());
        return missing.stream()
                .findFirst()
                .map(event -> new Caught(by, "progress", "never happens any more: " + event.words(), 0));
    }
}
