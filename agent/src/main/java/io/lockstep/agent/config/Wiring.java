package io.lockstep.agent.config;

import io.lockstep.agent.Agent;
import io.lockstep.agent.controller.ActionReports;
import io.lockstep.agent.controller.Controller;
import io.lockstep.agent.controller.ControllerClient;
import io.lockstep.agent.controller.Endpoints;
import io.lockstep.agent.hook.BypassWatch;
import io.lockstep.agent.platform.Platforms;
import io.lockstep.agent.state.StateFile;
import io.lockstep.agent.state.StateStore;
import io.lockstep.agent.work.SteadyClock;
import io.lockstep.core.port.HostPlatform;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Puts the agent together. */
@ApplicationScoped
public class Wiring {

    private static final Logger LOG = Logger.getLogger(Wiring.class);

    /** For all groups together; systemd gives a service 30 s to end. */
    private static final Duration GIVING_BACK = Duration.ofSeconds(15);

    /** Where the agent's background work happens: one virtual thread a task, so that nothing that hangs holds up anything else. */
    private final ExecutorService background = Executors.newVirtualThreadPerTaskExecutor();

    @Produces
    @Singleton
    HostPlatform platform(AgentConfig config) {
        return Platforms.open(
                config.platform().name(),
                config.platform().jar(),
                config.platform().options());
    }

    @Produces
    @Singleton
    ControllerClient controller(
            AgentConfig config,
            HostPlatform platform,
            @ConfigProperty(name = "quarkus.http.port") int port,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        Endpoints endpoints = new Endpoints(config.controllers().orElse(List.of()));
        String own = config.endpoint().orElseGet(() -> Settings.host(config) + ":" + port);
        return new ControllerClient(Settings.host(config), own, version, platform.bootId(), endpoints, background);
    }

    @Produces
    @Singleton
    ActionReports actions(ControllerClient controller) {
        Sending sending = new Sending();
        ActionReports actions = new ActionReports(controller::record, sending);
        sending.actions = actions;
        return actions;
    }

    /** Tells in the background, so that nobody who does something by hand waits for a controller. */
    private final class Sending implements Runnable {
        private volatile @Nullable ActionReports actions;

        @Override
        public void run() {
            ActionReports telling = actions;
            if (telling != null) {
                try {
                    background.execute(telling::send);
                } catch (RejectedExecutionException e) {
                    LOG.debug("not told: the agent is stopping", e);
                }
            }
        }
    }

    @Produces
    @Singleton
    BypassWatch bypasses(AgentConfig config, ActionReports actions) {
        return new BypassWatch(config.bypassDir(), Settings.host(config), actions, InstantSource.system());
    }

    @Produces
    @Singleton
    Agent agent(AgentConfig config, HostPlatform platform, ControllerClient controller) throws IOException {
        Files.createDirectories(java.util.Objects.requireNonNull(
                config.stateFile().toAbsolutePath().getParent()));
        InstantSource clock = SteadyClock.CLOCK;
        StateStore state = new StateStore(new StateFile(config.stateFile()));
        Controller port = controller;
        return new Agent(
                new Agent.Surroundings(
                        Settings.host(config), platform, port, state, clock, background, this::after, Thread::sleep),
                Settings.of(config));
    }

    @Produces
    @Singleton
    @MigrateUri
    String migrateUri(AgentConfig config) {
        return Settings.migrateUri(config);
    }

    private void after(Duration time, Runnable task) {
        background.execute(() -> {
            try {
                Thread.sleep(time);
                task.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @Produces
    @Singleton
    @Background
    ExecutorService background() {
        return background;
    }

    /**
     * The locks of guests that have stopped are given back: a host that goes down ends its guests first, and nobody looks after it.
     * Nothing else that is still under way is waited for: it is found again by looking.
     */
    void stop(@Observes ShutdownEvent event, Agent agent) {
        agent.finish(GIVING_BACK);
        background.shutdownNow();
    }
}
