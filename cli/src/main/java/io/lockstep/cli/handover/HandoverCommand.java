package io.lockstep.cli.handover;

import io.lockstep.cli.ExitStatus;
import io.lockstep.cli.StandardOptions;
import io.lockstep.cli.Surroundings;
import io.lockstep.cli.connection.Cluster;
import io.lockstep.cli.connection.ControllerOptions;
import io.lockstep.cli.output.Cell;
import io.lockstep.cli.output.Json;
import io.lockstep.cli.output.OutputOptions;
import io.lockstep.cli.output.Printer;
import io.lockstep.cli.output.Table;
import io.lockstep.cli.output.Words;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.v1.GetHandoverResponse;
import io.lockstep.proto.v1.Handover;
import io.lockstep.proto.v1.HandoverEvent;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** One handover with its steps. */
@Command(
        name = "handover",
        description = "Show one handover: what happened and when, and what can be done; or close it.",
        subcommands = CloseCommand.class)
public final class HandoverCommand implements Callable<Integer> {

    private static final double MILLIS = 1000.0;

    private final Surroundings surroundings;

    @Mixin
    StandardOptions standard;

    @Mixin
    private OutputOptions output;

    @Mixin
    private ControllerOptions connection;

    /** Not asked for by picocli itself: a subcommand has its own. */
    @Parameters(arity = "0..1", paramLabel = "ID", description = "The handover's id, or its first characters.")
    private Optional<String> id;

    @Spec
    private CommandSpec spec;

    public HandoverCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        String wanted = id.orElseThrow(
                () -> new ParameterException(spec.commandLine(), "an ID is missing: lockstepctl handovers lists them"));
        Printer printer = output.printer(surroundings);
        try (Cluster cluster = connection.open(surroundings)) {
            GetHandoverResponse found = cluster.handover(HandoverIds.whole(wanted, cluster));
            if (printer.json()) {
                printer.print(Json.of(found));
            } else {
                print(found, printer);
            }
        }
        return ExitStatus.OK.code();
    }

    private static void print(GetHandoverResponse found, Printer printer) {
        Handover handover = found.getHandover();
        printer.line("handover " + handover.getRef().getId() + ", epoch "
                + handover.getRef().getEpoch());
        printer.line("domain   " + handover.getDomainName() + " ("
                + handover.getRef().getDomainUuid() + ")");
        printer.line(
                "volumes  " + handover.getVolumesList().stream().map(Words::of).collect(Collectors.joining(", ")));
        printer.line("source   " + handover.getSource() + ": " + HandoverRows.progress(handover.getSourceProgress()));
        printer.line("target   " + handover.getTarget() + ": " + HandoverRows.progress(handover.getTargetProgress()));
        printer.line("phase    " + Words.of(handover.getPhase()));
        printer.line("opened   " + printer.ago(handover.hasOpenedAt(), handover.getOpenedAt()) + " ("
                + Protos.time(handover.getOpenedAt()) + ")");
        if (handover.hasClosedAt()) {
            printer.line("closed   " + printer.ago(Protos.time(handover.getClosedAt())) + " ("
                    + Protos.time(handover.getClosedAt()) + ")");
        }
        if (handover.getSeenCount() > 0) {
            printer.line("seen     " + Advice.seen(handover.getSeenList()));
        }
        handover.getAttentionList().forEach(a -> printer.line(Cell.attention("look at  " + a)));
        handover.getChoicesList().forEach(c -> printer.line("choice   " + Advice.choice(c)));
        Table table = new Table("AFTER", "HOST", "WHAT");
        found.getEventsList()
                .forEach(e -> table.row(
                        Cell.of(after(handover, e)),
                        Cell.of(e.getHost().isEmpty() ? "controller" : e.getHost()),
                        Cell.of(e.getText())));
        printer.line("");
        printer.print(table, "nothing is recorded of it");
    }

    private static String after(Handover handover, HandoverEvent event) {
        Duration after = Duration.between(Protos.time(handover.getOpenedAt()), Protos.time(event.getAt()));
        return String.format(Locale.ROOT, "%+.1fs", after.toMillis() / MILLIS);
    }
}
