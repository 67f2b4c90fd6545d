package io.lockstep.cli.history;

import io.lockstep.cli.ExitStatus;
import io.lockstep.cli.StandardOptions;
import io.lockstep.cli.Surroundings;
import io.lockstep.cli.connection.Cluster;
import io.lockstep.cli.connection.ControllerOptions;
import io.lockstep.cli.output.Cell;
import io.lockstep.cli.output.Json;
import io.lockstep.cli.output.OutputOptions;
import io.lockstep.cli.output.Printer;
import io.lockstep.cli.output.Since;
import io.lockstep.cli.output.Table;
import io.lockstep.cli.output.Words;
import io.lockstep.core.volume.VolumeName;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.v1.GetVolumeHistoryRequest;
import io.lockstep.proto.v1.GetVolumeHistoryResponse;
import io.lockstep.proto.v1.Holding;
import io.lockstep.proto.v1.ManualAction;
import io.lockstep.proto.v1.Volume;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Who held a volume when, and what people did with it. */
@Command(
        name = "history",
        description =
                "Tell who held a volume when, for which domain, and what people did with it by hand, the earliest first.",
        footer =
                "Times are UTC, by the clock of the host. What a controller did not see is not told: see the documentation.")
public final class HistoryCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    StandardOptions standard;

    @Mixin
    private OutputOptions output;

    @Mixin
    private ControllerOptions connection;

    @Parameters(paramLabel = "VG/LV", description = "The volume.")
    private VolumeName volume;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Only what ended since then, or has not: 2h ago, or since 2026-11-01.")
    private Optional<Since> since;

    public HistoryCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    private record Line(Instant at, List<Cell> cells) {}

    @Override
    public Integer call() {
        Printer printer = output.printer(surroundings);
        GetVolumeHistoryRequest.Builder request = GetVolumeHistoryRequest.newBuilder()
                .setVolume(Volume.newBuilder()
                        .setVg(volume.vg().value())
                        .setLv(volume.lv().value()));
        since.ifPresent(s -> request.setSince(Protos.time(s.from(printer.now()))));
        try (Cluster cluster = connection.open(surroundings)) {
            GetVolumeHistoryResponse found = cluster.history(request.build());
            if (printer.json()) {
                printer.print(Json.of(found));
            } else {
                printer.print(table(found), "nothing is recorded of " + volume);
            }
        }
        return ExitStatus.OK.code();
    }

    private static Table table(GetVolumeHistoryResponse found) {
        List<Line> lines = new ArrayList<>();
        found.getHoldingsList().forEach(h -> lines.add(line(h)));
        found.getActionsList().forEach(a -> lines.add(line(a)));
        lines.sort(Comparator.comparing(Line::at));
        Table table = new Table("FROM", "TO", "HOST", "WHAT");
        lines.forEach(l -> table.row(l.cells()));
        return table;
    }

    private static Line line(Holding holding) {
        Instant from = Protos.time(holding.hasSince() ? holding.getSince() : holding.getSeenAt());
        return new Line(
                from,
                List.of(
                        Cell.of(
                                holding.hasSince()
                                        ? Moments.of(holding.getSince())
                                        : "before " + Moments.of(holding.getSeenAt())),
                        Cell.of(holding.hasEndedAt() ? Moments.of(holding.getEndedAt()) : "now"),
                        Cell.of(holding.getHost()),
                        Cell.of(Words.of(holding.getMode())
                                + (holding.getDomainsCount() == 0
                                        ? ", for no domain"
                                        : ", for domain " + String.join(", ", holding.getDomainsList())))));
    }

    private static Line line(ManualAction action) {
        return new Line(
                Protos.time(action.getAt()),
                List.of(
                        Cell.of(Moments.of(action.getAt())),
                        Cell.of("-"),
                        Cell.of(action.getHost()),
                        Cell.of(action.getAction() + " by hand, by " + Moments.who(action)
                                + (action.getReason().isEmpty() ? "" : " (" + action.getReason() + ")") + ": "
                                + action.getResult())));
    }
}
