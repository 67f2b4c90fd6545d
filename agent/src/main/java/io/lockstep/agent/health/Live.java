package io.lockstep.agent.health;

import io.lockstep.agent.Agent;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
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

    public Live(Agent agent) {
        this.agent = agent;
    }

    @Override
    public HealthCheckResponse call() {
        // By the agent's own clock, which never steps: after a step of the wall clock nothing hangs.
        Duration since = agent.sinceTick();
        return HealthCheckResponse.named("agent scheduler")
                .status(since.compareTo(TOO_LONG) < 0)
                .withData("last_turn_seconds_ago", since.toSeconds())
                .build();
    }
}
