package io.lockstep.cli.lock;

import io.lockstep.cli.CommandFailure;
import io.lockstep.cli.ExitStatus;
import io.lockstep.cli.StandardOptions;
import io.lockstep.cli.Surroundings;
import io.lockstep.cli.connection.AgentOptions;
import io.lockstep.cli.connection.Cluster;
import io.lockstep.cli.output.OutputOptions;
import io.lockstep.cli.output.Printer;
import io.lockstep.core.domain.HostName;
import io.lockstep.proto.v1.FindHoldersRequest;
import io.lockstep.proto.v1.Host;
import io.lockstep.proto.v1.ReleaseLocksRequest;
import io.lockstep.proto.v1.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Gives locks up by hand: what an lvcreate left behind. The agent refuses volumes that are open or that a domain claims. */
@Command(
        name = "release",
        description = {
            "Give up locks, and deactivate the volumes; closed and unclaimed ones only.",
            "Without --host they are released on the one host that holds them. When there is not exactly one for every"
                    + " volume, nothing is released."
        })
public final class ReleaseCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    StandardOptions standard;

    @Mixin
    private OutputOptions output;

    @Mixin
    private AgentOptions connection;

    @Mixin
    private ChangeOptions change;

    @Option(names = "--host", paramLabel = "HOST", description = "The host that holds them.")
    private Optional<HostName> host;

    public ReleaseCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        connection.notBesides(host.isPresent());
        Printer printer = output.printer(surroundings);
        List<Outcome> outcomes = new ArrayList<>();
        try (Cluster cluster = connection.openPatiently(surroundings)) {
            if (host.isPresent() || connection.oneAgent()) {
                Host at = cluster.host(host);
                outcomes.addAll(Outcome.of(at.getName(), cluster.release(at, request(change.volumes()))));
            } else {
                Release plan = plan(cluster);
                plan.free().forEach(v -> outcomes.add(Outcome.alreadyFree(v)));
                if (!plan.byHost().isEmpty()) {
                    List<Host> hosts = cluster.hosts();
                    plan.byHost()
                            .forEach((name, volumes) -> outcomes.addAll(
                                    release(cluster, Cluster.named(hosts, new HostName(name)), volumes)));
                }
            }
        }
        ExitStatus status = Outcome.print(outcomes, printer);
        boolean silent = outcomes.stream().allMatch(o -> o.result().hasUnknown());
        return (status == ExitStatus.NO && silent ? ExitStatus.NO_ANSWER : status).code();
    }

    private Release plan(Cluster cluster) {
        Release plan = Release.plan(
                change.volumes(),
                cluster.holders(FindHoldersRequest.newBuilder()
                        .addAllVolumes(change.volumes())
                        .build()));
        if (!plan.refusals().isEmpty()) {
            throw new CommandFailure(ExitStatus.NO, "nothing is released: " + String.join("\n  ", plan.refusals()));
        }
        return plan;
    }

    private List<Outcome> release(Cluster cluster, Host at, List<Volume> volumes) {
        try {
            return Outcome.of(at.getName(), cluster.release(at, request(volumes)));
        } catch (CommandFailure e) {
            // Another host may have released its part already: that has to be told too.
            return volumes.stream().map(v -> Outcome.silent(at.getName(), v, e)).toList();
        }
    }

    private ReleaseLocksRequest request(List<Volume> volumes) {
        return ReleaseLocksRequest.newBuilder()
                .addAllVolumes(volumes)
                .setReason(change.reason())
                .setRequestedBy(surroundings.user())
                .build();
    }
}
