package io.lockstep.controller.health;

import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** The process works: its ticker goes. Nothing outside the process counts, since a restart would not mend that. */
@Liveness
class Live implements HealthCheck {

    private final Pulse pulse;

    Live(Pulse pulse) {
        this.pulse = pulse;
    }

    @Override
    public HealthCheckResponse call() {
        Duration since = pulse.sinceBeat();
        return HealthCheckResponse.named("ticker")
                .status(pulse.beats())
                .withData("last-tick-seconds-ago", since.toSeconds())
                .build();
    }
}
