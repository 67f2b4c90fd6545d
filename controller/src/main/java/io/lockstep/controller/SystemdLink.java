package io.lockstep.controller;

import io.lockstep.controller.health.Pulse;
import io.lockstep.service.systemd.Systemd;
import io.lockstep.service.systemd.Training;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.quarkus.vertx.http.HttpServerStart;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Singleton;

/** Tells systemd that the controller is ready when its port is open, and that it lives as long as its ticker goes. */
@Singleton
class SystemdLink {

    private final Systemd systemd = Systemd.ofProcess();
    private final Pulse pulse;

    SystemdLink(Pulse pulse) {
        this.pulse = pulse;
    }

    /** Its former life was read before, or that was given up for now. */
    void opened(@ObservesAsync HttpServerStart event) {
        systemd.ready();
        Training.endIfAsked();
    }

    @Scheduled(every = "10s", concurrentExecution = ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void turn() {
        if (pulse.beats()) {
            systemd.alive();
        }
    }

    void stop(@Observes ShutdownEvent event) {
        systemd.stopping();
    }
}
