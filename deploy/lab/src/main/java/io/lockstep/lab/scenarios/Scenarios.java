package io.lockstep.lab.scenarios;

import io.lockstep.lab.scenario.Scenario;
import java.util.List;
import java.util.stream.Stream;

/** Every scenario, in the order in which a run plays them: those that ruin the cluster last. */
public final class Scenarios {

    public static final List<Scenario> ALL = Stream.of(
                    Lifecycle.ALL, Disks.ALL, Migrations.ALL, Moves.ALL, Disturbances.ALL, Hardware.ALL)
            .flatMap(List::stream)
            .toList();

    private Scenarios() {}
}
