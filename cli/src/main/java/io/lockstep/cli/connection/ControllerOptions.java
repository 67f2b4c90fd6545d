package io.lockstep.cli.connection;

import io.lockstep.cli.CommandFailure;
import io.lockstep.cli.ExitStatus;
import io.lockstep.cli.Surroundings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How the controller is reached. */
public final class ControllerOptions {

    private static final String DEFAULT_CONTROLLER = "localhost:7601";
    private static final Path DEFAULT_CONFIG = Path.of("/etc/lockstep/ctl.conf");

    /** Of questions. */
    private static final Duration QUICK = Duration.ofSeconds(10);

    /** Of what changes locks: an agent's lvchange alone may take 20 s. */
    static final Duration PATIENT = Duration.ofSeconds(60);

    @Option(
            names = "--controller",
            paramLabel = "HOST:PORT[,...]",
            description =
                    "The controller; several are tried in order. Otherwise LOCKSTEP_CONTROLLER, controller= in the"
                            + " configuration file, or localhost:7601.")
    private Optional<String> controller;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description =
                    "How long one call may take: 10s, 1m. Unless given, 10s for questions and 60s for what changes locks.")
    private Optional<Duration> timeout;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration file, otherwise LOCKSTEP_CTL_CONF or /etc/lockstep/ctl.conf.")
    private Optional<Path> config;

    /** For questions to the controller. The result is to be closed. */
    public Cluster open(Surroundings surroundings) {
        return open(surroundings, Optional.empty(), QUICK);
    }

    /** For what agents are asked to do on top: looking afresh and reading volumes takes them longer. */
    public Cluster openPatiently(Surroundings surroundings) {
        return open(surroundings, Optional.empty(), PATIENT);
    }

    /** @param agent the one agent to ask instead of the controller */
    Cluster open(Surroundings surroundings, Optional<String> agent, Duration atMost) {
        CtlConfig settings = settings(surroundings);
        List<Endpoint> controllers = readable(
                "controller",
                () -> Endpoint.several(controller
                        .or(() -> surroundings.variable("LOCKSTEP_CONTROLLER"))
                        .or(settings::controller)
                        .orElse(DEFAULT_CONTROLLER)));
        Optional<Endpoint> only = agent.map(a -> readable("agent", () -> Endpoint.of(a)));
        Duration limit = timeout.orElse(atMost);
        if (!limit.isPositive()) {
            throw new CommandFailure(ExitStatus.USAGE, "--timeout is at least 1s");
        }
        return new Cluster(new Channels(settings), controllers, only, limit);
    }

    private CtlConfig settings(Surroundings surroundings) {
        Optional<Path> named =
                config.or(() -> surroundings.variable("LOCKSTEP_CTL_CONF").map(Path::of));
        Path file = named.orElse(DEFAULT_CONFIG);
        try {
            if (named.isPresent() && !java.nio.file.Files.exists(file)) {
                throw new CommandFailure(ExitStatus.USAGE, "there is no configuration file " + file);
            }
            return readable(file.toString(), () -> {
                try {
                    return CtlConfig.read(file);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
        } catch (java.io.UncheckedIOException e) {
            throw new CommandFailure(ExitStatus.USAGE, "cannot read " + file + ": " + e.getCause(), e);
        }
    }

    private static <T> T readable(String what, java.util.function.Supplier<T> read) {
        try {
            return read.get();
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitStatus.USAGE, what + ": " + e.getMessage(), e);
        }
    }
}
