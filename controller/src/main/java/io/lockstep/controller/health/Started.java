package io.lockstep.controller.health;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/** The former life is read, or that was given up for now. */
@Startup
class Started implements HealthCheck {

    private final Pulse pulse;

    Started(Pulse pulse) {
        this.pulse = pulse;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("started").status(pulse.hasStarted()).build();
    }
}
