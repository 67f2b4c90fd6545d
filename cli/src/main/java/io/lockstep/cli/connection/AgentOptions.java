package io.lockstep.cli.connection;

import io.lockstep.cli.Surroundings;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** For commands that can also be put to one agent when there is no controller. */
public final class AgentOptions {

    @Mixin
    private ControllerOptions controller;

    @Option(names = "--agent", paramLabel = "HOST:PORT", description = "Ask this agent alone, without any controller.")
    private Optional<String> agent;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    public boolean oneAgent() {
        return agent.isPresent();
    }

    /** Of commands that need no {@code --host} beside {@code --agent}: refuses it when it was given all the same. */
    public void notBesides(boolean host) {
        if (host && oneAgent()) {
            throw new ParameterException(command.commandLine(), "--agent names the host already: leave out --host");
        }
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
