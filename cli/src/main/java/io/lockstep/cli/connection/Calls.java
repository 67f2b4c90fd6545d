package io.lockstep.cli.connection;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.AbstractStub;
import io.lockstep.cli.CommandFailure;
import io.lockstep.cli.ExitStatus;
import io.lockstep.proto.v1.Host;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Calls of controllers and agents: who is asked, for how long, and what becomes of a failure.
 *
 * <p>Guarantees: every call ends within the time limit; a controller that cannot be reached is left for the next one, which is
 * safe because what goes to controllers, questions and what is done after a fresh look, may be repeated; every failure is a {@link CommandFailure}.
 */
final class Calls implements AutoCloseable {

    private final Channels channels;
    private final List<Endpoint> controllers;
    private final boolean alone;
    private final Duration timeout;
    private final Map<Endpoint, ManagedChannel> open = new HashMap<>();

    /** @param alone whether one agent is asked, by the name in its endpoint, and no controller */
    Calls(Channels channels, List<Endpoint> controllers, boolean alone, Duration timeout) {
        this.channels = channels;
        this.controllers = List.copyOf(controllers);
        this.alone = alone;
        this.timeout = timeout;
    }

    /** @param ask may be called once for each controller */
    <T> T controller(Function<ManagedChannel, T> ask) {
        List<String> tried = new ArrayList<>();
        for (Endpoint endpoint : controllers) {
            try {
                return ask.apply(channel(endpoint, Optional.empty()));
            } catch (StatusRuntimeException e) {
                if (!Failures.unreachable(e)) {
                    throw Failures.answered("the controller at " + endpoint, e);
                }
                tried.add(endpoint + " (" + Failures.cause(e, timeout) + ")");
            }
        }
        throw new CommandFailure(
                ExitStatus.NO_ANSWER,
                "no controller answers: " + String.join(", ", tried)
                        + ". Check there: systemctl status lockstep-controller. Name another with --controller HOST:PORT");
    }

    <T> T agent(Host host, Function<ManagedChannel, T> ask) {
        Endpoint endpoint;
        try {
            endpoint = Endpoint.of(host.getEndpoint());
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(
                    ExitStatus.NO_ANSWER,
                    "the controller does not say where the agent of " + host.getName() + " is: " + e.getMessage(),
                    e);
        }
        String whom = "the agent of " + host.getName() + " (" + endpoint + ")";
        return agent(whom, endpoint, alone ? Optional.empty() : Optional.of(host.getName()), ask);
    }

    <T> T agent(String whom, Endpoint endpoint, Optional<String> name, Function<ManagedChannel, T> ask) {
        try {
            return ask.apply(channel(endpoint, name));
        } catch (StatusRuntimeException e) {
            if (!Failures.unreachable(e)) {
                throw Failures.answered(whom, e);
            }
            throw new CommandFailure(
                    ExitStatus.NO_ANSWER,
                    whom + " does not answer: " + Failures.cause(e, timeout)
                            + ". Check there: systemctl status lockstep-agent",
                    e);
        }
    }

    private ManagedChannel channel(Endpoint endpoint, Optional<String> name) {
        return open.computeIfAbsent(endpoint, e -> channels.open(e, name, timeout));
    }

    <S extends AbstractStub<S>> S timed(S stub) {
        return timed(stub, Duration.ZERO);
    }

    /** @param longer on top of the time limit of every call */
    <S extends AbstractStub<S>> S timed(S stub, Duration longer) {
        return stub.withDeadlineAfter(timeout.plus(longer).toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        open.values().forEach(ManagedChannel::shutdownNow);
    }
}
