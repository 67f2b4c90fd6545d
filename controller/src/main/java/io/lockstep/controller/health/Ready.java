package io.lockstep.controller.health;

import io.lockstep.controller.alarm.Alarms;
import io.lockstep.controller.handover.Handovers;
import io.lockstep.controller.history.History;
import io.lockstep.controller.host.HostView;
import io.lockstep.controller.host.Hosts;
import java.util.List;
import java.util.stream.Collectors;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Without its database the controller still opens handovers, but what it did would be forgotten: it is not ready. */
@Readiness
class Ready implements HealthCheck {

    private final Hosts hosts;
    private final Handovers handovers;
    private final Alarms alarms;
    private final History history;

    Ready(Hosts hosts, Handovers handovers, Alarms alarms, History history) {
        this.hosts = hosts;
        this.handovers = handovers;
        this.alarms = alarms;
        this.history = history;
    }

    @Override
    public HealthCheckResponse call() {
        List<HostView> views = hosts.view();
        List<HostView> unknown = views.stream().filter(h -> !h.connected()).toList();
        String problem = history.problem();
        HealthCheckResponseBuilder response = HealthCheckResponse.named("controller")
                .status(problem.isEmpty())
                .withData("database", problem.isEmpty() ? "ok" : problem)
                .withData("history-entries-waiting", history.waiting())
                .withData("hosts-connected", views.size() - (long) unknown.size())
                .withData("hosts-unknown", unknown.size())
                .withData("open-handovers", handovers.open().size())
                .withData("alarms", alarms.list().size());
        if (!unknown.isEmpty()) {
            response.withData(
                    "unknown-hosts",
                    unknown.stream().map(h -> h.name() + ": " + h.problem()).collect(Collectors.joining("; ")));
        }
        return response.build();
    }
}
