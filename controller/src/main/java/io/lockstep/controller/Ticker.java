package io.lockstep.controller;

import io.lockstep.controller.health.Pulse;
import io.lockstep.controller.history.History;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Sets everything going that is due, and ends it in order. */
@Singleton
class Ticker {

    private static final Logger LOG = Logger.getLogger(Ticker.class);

    private final Coordinator coordinator;
    private final Memory memory;
    private final History history;
    private final Pulse pulse;
    private final Duration keep;

    Ticker(Coordinator coordinator, Memory memory, History history, Pulse pulse, ControllerConfig config) {
        this.coordinator = coordinator;
        this.memory = memory;
        this.history = history;
        this.pulse = pulse;
        this.keep = config.history().keep();
    }

    void start(@Observes StartupEvent event) {
        memory.tick();
        pulse.started();
    }

    @Scheduled(every = "${lockstep.tick-every}", concurrentExecution = ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void tick() {
        coordinator.tick();
        pulse.beat();
    }

    /** Apart from the rest: a database may take its time. */
    @Scheduled(every = "${lockstep.tick-every}", concurrentExecution = ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void remember() {
        memory.tick();
    }

    @Scheduled(every = "1h", delayed = "1m", concurrentExecution = ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void keep() {
        if (history.problem().isEmpty()) {
            history.keep(keep);
        }
    }

    @Scheduled(every = "${lockstep.alarms.look-every}", concurrentExecution = ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void look() {
        coordinator.look();
    }

    /** Streams first, so that nothing new comes, then what is to be remembered. */
    void stop(@Observes ShutdownEvent event) {
        coordinator.close();
        if (!history.write()) {
            LOG.errorf("the controller stops with %d entries of its history unwritten", history.waiting());
        }
    }
}
