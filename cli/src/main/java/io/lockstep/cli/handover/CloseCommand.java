package io.lockstep.cli.handover;

import io.lockstep.cli.CommandFailure;
import io.lockstep.cli.ExitStatus;
import io.lockstep.cli.ReasonOption;
import io.lockstep.cli.StandardOptions;
import io.lockstep.cli.Surroundings;
import io.lockstep.cli.connection.Cluster;
import io.lockstep.cli.connection.ControllerOptions;
import io.lockstep.cli.output.Json;
import io.lockstep.cli.output.OutputOptions;
import io.lockstep.cli.output.Printer;
import io.lockstep.cli.output.Words;
import io.lockstep.proto.v1.CloseHandoverRequest;
import io.lockstep.proto.v1.CloseHandoverResponse;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Closes a handover that no side needs any more. */
@Command(
        name = "close",
        description = {
            "Close a handover that no side needs any more, for example because one of its hosts is gone for good.",
            "Both sides are looked at afresh before; where one needs it, nothing is done and the reason is said. It takes and"
                    + " gives no lock."
        })
public final class CloseCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    StandardOptions standard;

    @Mixin
    private OutputOptions output;

    @Mixin
    private ControllerOptions connection;

    @Parameters(paramLabel = "ID", description = "The handover's id, or its first characters.")
    private String id;

    @Mixin
    private ReasonOption reason;

    public CloseCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Printer printer = output.printer(surroundings);
        try (Cluster cluster = connection.openPatiently(surroundings)) {
            CloseHandoverResponse response = cluster.closeHandover(CloseHandoverRequest.newBuilder()
                    .setId(HandoverIds.whole(id, cluster))
                    .setReason(reason.text())
                    .setRequestedBy(surroundings.user())
                    .build());
            if (printer.json()) {
                printer.print(Json.of(response));
            }
            return switch (response.getOutcomeCase()) {
                case CLOSED -> {
                    if (!printer.json()) {
                        printer.line("handover " + response.getClosed().getRef().getId() + " is closed: "
                                + Words.of(response.getClosed().getPhase()));
                        printer.line("seen before: " + Advice.seen(response.getSeenList()));
                    }
                    yield ExitStatus.OK.code();
                }
                case REFUSED -> {
                    if (!printer.json()) {
                        response.getRefused().getReasonsList().forEach(r -> printer.note("not closed: " + r));
                    }
                    yield ExitStatus.NO.code();
                }
                case OUTCOME_NOT_SET ->
                    throw new CommandFailure(
                            ExitStatus.NO_ANSWER,
                            "the controller's answer is of a newer version: see lockstepctl handovers --open");
            };
        }
    }
}
