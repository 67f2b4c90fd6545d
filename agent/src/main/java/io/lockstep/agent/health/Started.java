package io.lockstep.agent.health;

import io.lockstep.agent.Agent;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/** Whether hooks can be answered: the state is read and the locks have been looked at. */
@Startup
@ApplicationScoped
public class Started implements HealthCheck {

    private final Agent agent;

    Started(Agent agent) {
        this.agent = agent;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("agent started")
                .status(agent.started())
                .withData("claims", agent.state().claims().size())
                .withData("open_handovers", agent.state().handovers().size())
                .build();
    }
}
