package io.lockstep.agent.health;

import io.lockstep.agent.Agent;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/**
 * Whether this process works: its scheduler turns. What it looks at may be broken; restarting the agent would not mend that.
 */
@Liveness
@ApplicationScoped
public class Live implements HealthCheck {

    private static final Duration TOO_LONG = Duration.ofMinutes(2);

    private final Agent agent;
    private final InstantSource clock = InstantSource.system();

    Live(Agent agent) {
        this.agent = agent;
    }

    @Override
    public HealthCheckResponse call() {
        Instant ticked = agent.tickedAt();
        return HealthCheckResponse.named("agent scheduler")
                .status(ticked.plus(TOO_LONG).isAfter(clock.instant()))
                .withData("last_turn", ticked.toString())
                .build();
    }
}
