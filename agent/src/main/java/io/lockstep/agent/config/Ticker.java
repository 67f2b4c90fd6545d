package io.lockstep.agent.config;

import io.lockstep.agent.Agent;
import io.lockstep.agent.controller.ActionReports;
import io.lockstep.agent.controller.ControllerClient;
import io.lockstep.agent.hook.BypassWatch;
import io.lockstep.core.port.HostPlatform;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.jboss.logging.Logger;

/** Starts the agent, and gives it its turns. */
@ApplicationScoped
public class Ticker {

    private static final Logger LOG = Logger.getLogger(Ticker.class);

    private final Agent agent;
    private final ControllerClient controller;
    private final ActionReports actions;
    private final BypassWatch bypasses;
    private final HostPlatform platform;

    Ticker(
            Agent agent,
            ControllerClient controller,
            ActionReports actions,
            BypassWatch bypasses,
            HostPlatform platform) {
        this.actions = actions;
        this.bypasses = bypasses;
        this.agent = agent;
        this.controller = controller;
        this.platform = platform;
    }

    void start(@Observes StartupEvent event) {
        agent.start();
        LOG.infof("host %s: volume groups %s", agent.host(), agent.lanes().names());
    }

    @Scheduled(every = "${lockstep.every}", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void tick() {
        agent.tick();
    }

    @Scheduled(every = "${lockstep.register-every}", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void register() {
        controller.register();
        bypasses.look();
        actions.send();
    }

    void stop(@Observes ShutdownEvent event) {
        controller.close();
        platform.close();
    }
}
