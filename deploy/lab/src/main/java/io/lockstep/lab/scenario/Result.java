package io.lockstep.lab.scenario;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a scenario went.
 *
 * @param failure what went wrong; empty when nothing did
 */
public record Result(Scenario scenario, List<Step> steps, Optional<String> failure, Duration took) {

    public Result {
        steps = List.copyOf(steps);
    }

    public boolean passed() {
        return failure.isEmpty();
    }
}
