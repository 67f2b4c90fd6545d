package io.lockstep.cli.history;

import io.lockstep.cli.ExitStatus;
import io.lockstep.cli.StandardOptions;
import io.lockstep.cli.Surroundings;
import io.lockstep.cli.connection.Cluster;
import io.lockstep.cli.connection.ControllerOptions;
import io.lockstep.cli.output.Cell;
import io.lockstep.cli.output.Json;
import io.lockstep.cli.output.LatestOptions;
import io.lockstep.cli.output.OutputOptions;
import io.lockstep.cli.output.Printer;
import io.lockstep.cli.output.Table;
import io.lockstep.cli.output.Words;
import io.lockstep.core.domain.HostName;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.v1.ListActionsRequest;
import io.lockstep.proto.v1.ManualAction;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What people did by hand. */
@Command(
        name = "actions",
        description = "List what people did by hand, the latest first: who, when, what, why, and what became of it.")
public final class ActionsCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    StandardOptions standard;

    @Mixin
    private OutputOptions output;

    @Mixin
    private ControllerOptions connection;

    @Mixin
    private LatestOptions latest;

    @Option(names = "--host", paramLabel = "HOST", description = "Only those done on or to this host.")
    private Optional<HostName> host;

    public ActionsCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Printer printer = output.printer(surroundings);
        ListActionsRequest.Builder request = ListActionsRequest.newBuilder().setLimit(latest.limit());
        host.ifPresent(h -> request.setHost(h.value()));
        latest.since(printer.now()).ifPresent(since -> request.setSince(Protos.time(since)));
        try (Cluster cluster = connection.open(surroundings)) {
            List<ManualAction> actions = cluster.actions(request.build());
            if (printer.json()) {
                printer.print(Json.object("actions", Json.list(actions, Json::of)));
            } else {
                Table table = new Table("TIME", "WHO", "ACTION", "HOST", "ON", "REASON", "RESULT");
                actions.forEach(a -> table.row(
                        Cell.of(Moments.of(a.getAt())),
                        Cell.of(Moments.who(a)),
                        Cell.of(a.getAction()),
                        Cell.of(a.getHost()),
                        Cell.of(on(a)),
                        Cell.of(a.getReason()),
                        Cell.of(a.getResult())));
                printer.print(table, "nothing was done by hand");
                latest.noteWhenFull(actions.size(), printer);
            }
        }
        return ExitStatus.OK.code();
    }

    private static String on(ManualAction action) {
        String volumes = action.getVolumesList().stream().map(Words::of).collect(Collectors.joining(", "));
        return action.getDomain().isEmpty() || volumes.isEmpty()
                ? action.getDomain() + volumes
                : action.getDomain() + ": " + volumes;
    }
}
