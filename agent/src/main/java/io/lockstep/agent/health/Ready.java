package io.lockstep.agent.health;

import io.lockstep.agent.Agent;
import io.lockstep.agent.controller.ControllerClient;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Whether guests can be started here: the lock manager answers, its lockspaces are live, libvirt answers, the state can be saved. */
@Readiness
@ApplicationScoped
public class Ready implements HealthCheck {

    private final Agent agent;
    private final ControllerClient controller;

    Ready(Agent agent, ControllerClient controller) {
        this.agent = agent;
        this.controller = controller;
    }

    @Override
    public HealthCheckResponse call() {
        List<String> problems = agent.problems();
        HealthCheckResponseBuilder response =
                HealthCheckResponse.named("host " + agent.host()).status(agent.started() && problems.isEmpty());
        for (int i = 0; i < problems.size(); i++) {
            response.withData("problem_" + (i + 1), problems.get(i));
        }
        agent.lanes()
                .all()
                .forEach(l -> response.withData(
                        "lockspace_" + l.vg(), l.reading().lockspace().reason()));
        response.withData("libvirt", agent.watch().silence().orElse("answers"));
        // Without a controller guests start and stop as ever; only live migrations are refused.
        response.withData("controller", controller.problem().orElse("knows this host"));
        return response.build();
    }
}
