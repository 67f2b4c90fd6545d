package io.lockstep.agent.config;

import io.lockstep.agent.Agent;
import io.lockstep.agent.health.Live;
import io.lockstep.service.systemd.Systemd;
import io.lockstep.service.systemd.Training;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.vertx.http.DomainSocketServerStart;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.jboss.logging.Logger;

/**
 * Tells systemd when libvirt may start: hooks are answered, the volume groups are read and their lockspaces live, or
 * these were waited for long enough.
 *
 * <p>libvirt starts after this, and autostarts its guests once; an autostart that is refused is not tried again. Whatever is
 * broken here, libvirt is held up no longer than {@link AgentConfig#lockspacesWithin}.
 */
@ApplicationScoped
public class SystemdLink {

    private static final Logger LOG = Logger.getLogger(SystemdLink.class);
    private static final Duration LOOK = Duration.ofMillis(200);

    private final Systemd systemd = Systemd.ofProcess();
    private final Agent agent;
    private final Live live;
    private final Duration within;
    private final ExecutorService background;

    SystemdLink(Agent agent, @Liveness Live live, AgentConfig config, @Background ExecutorService background) {
        this.agent = agent;
        this.live = live;
        this.within = config.lockspacesWithin();
        this.background = background;
    }

    /** The hook's socket is open, and before it was opened the agent had read its state and the locks. */
    void opened(@ObservesAsync DomainSocketServerStart event) {
        background.execute(this::readyWhenLockspacesAre);
    }

    private void readyWhenLockspacesAre() {
        long limit = System.nanoTime() + within.toNanos();
        try {
            while (!agent.notLive().isEmpty() && System.nanoTime() < limit) {
                systemd.status("waiting for " + String.join("; ", agent.notLive()));
                Thread.sleep(LOOK);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        List<String> missing = agent.notLive();
        if (!missing.isEmpty()) {
            LOG.warnf("libvirt is not held up any longer, but this is missing: %s", String.join("; ", missing));
        }
        systemd.ready();
        tell();
        Training.endIfAsked();
    }

    /** From the scheduler whose turns {@link Live} watches: when it hangs, systemd hears nothing, and starts the agent again. */
    @Scheduled(every = "10s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void turn() {
        if (live.call().getStatus() == HealthCheckResponse.Status.UP) {
            systemd.alive();
        }
        tell();
    }

    private void tell() {
        List<String> problems = agent.problems();
        systemd.status(problems.isEmpty() ? "ready" : "not ready: " + String.join("; ", problems));
    }

    void stop(@Observes ShutdownEvent event) {
        systemd.stopping();
    }
}
