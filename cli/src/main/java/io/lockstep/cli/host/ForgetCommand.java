package io.lockstep.cli.host;

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
import io.lockstep.core.domain.HostName;
import io.lockstep.proto.v1.ForgetHostRequest;
import io.lockstep.proto.v1.ForgetHostResponse;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Takes a host that is gone for good off the controller's list. */
@Command(
        name = "forget",
        description = {
            "Forget a host that is gone for good; until then it counts as unknown, and might run anything.",
            "Make sure that it is off: what still runs there is not seen any more. If its agent registers again, it is back."
        })
public final class ForgetCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    StandardOptions standard;

    @Mixin
    private OutputOptions output;

    @Mixin
    private ControllerOptions connection;

    @Parameters(paramLabel = "HOST", description = "The host's name, as lockstepctl hosts shows it.")
    private HostName host;

    @Mixin
    private ReasonOption reason;

    public ForgetCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Printer printer = output.printer(surroundings);
        try (Cluster cluster = connection.open(surroundings)) {
            ForgetHostResponse response = cluster.forget(ForgetHostRequest.newBuilder()
                    .setHost(host.value())
                    .setRequestedBy(surroundings.user())
                    .setReason(reason.text())
                    .build());
            if (printer.json()) {
                printer.print(Json.of(response));
            }
            switch (response.getOutcomeCase()) {
                case FORGOTTEN -> {
                    if (!printer.json()) {
                        printer.line(host + " is forgotten; if its agent registers again, it is back");
                    }
                }
                case CONNECTED ->
                    throw new CommandFailure(
                            ExitStatus.NO,
                            host
                                    + " is connected and not forgotten: stop its agent first: systemctl stop lockstep-agent on "
                                    + host);
                case NOT_KNOWN ->
                    throw new CommandFailure(
                            ExitStatus.USAGE,
                            "the controller knows no host \"" + host + "\": lockstepctl hosts lists them");
                case OUTCOME_NOT_SET ->
                    throw new CommandFailure(
                            ExitStatus.NO_ANSWER,
                            "the controller's answer is of a newer version: see lockstepctl hosts");
            }
        }
        return ExitStatus.OK.code();
    }
}
