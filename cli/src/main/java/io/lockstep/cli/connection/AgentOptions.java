package io.lockstep.cli.connection;

import io.lockstep.cli.Surroundings;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** For commands that can also be put to one agent when there is no controller. */
public final class AgentOptions {

    @Mixin
    private ControllerOptions controller;

    @Option(names = "--agent", paramLabel = "HOST:PORT", description = "Ask this agent alone, without any controller.")
    private Optional<String> agent;

    public boolean oneAgent() {
        return agent.isPresent();
    }

    public Cluster open(Surroundings surroundings) {
        return agent.isPresent()
                ? controller.open(surroundings, agent, Duration.ofSeconds(10))
                : controller.open(surroundings);
    }

    public Cluster openPatiently(Surroundings surroundings) {
        return controller.open(surroundings, agent, ControllerOptions.PATIENT);
    }
}
