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
import io.lockstep.core.domain.HostName;
import io.lockstep.proto.v1.SuspendDomainRequest;
import io.lockstep.proto.v1.SuspendDomainResponse;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Has one guest of a double run write no more. */
@Command(
        name = "suspend",
        description = {
            "Suspend one guest of a domain that runs on two hosts, so that only the other one writes while you find out which one"
                    + " is to stay.",
            "All hosts that may run it are looked at afresh before; a guest that runs once is not suspended. Nothing resumes it:"
                    + " afterwards destroy one of the two."
        })
public final class SuspendCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    StandardOptions standard;

    @Mixin
    private OutputOptions output;

    @Mixin
    private ControllerOptions connection;

    @Parameters(paramLabel = "DOMAIN", description = "The domain, by name or UUID.")
    private String domain;

    @Option(
            names = "--host",
            required = true,
            paramLabel = "HOST",
            description = "The host whose guest is to write no more.")
    private HostName host;

    @Mixin
    private ReasonOption reason;

    public SuspendCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Printer printer = output.printer(surroundings);
        try (Cluster cluster = connection.openPatiently(surroundings)) {
            SuspendDomainResponse response = cluster.suspend(SuspendDomainRequest.newBuilder()
                    .setDomain(domain)
                    .setHost(host.value())
                    .setReason(reason.text())
                    .setRequestedBy(surroundings.user())
                    .build());
            if (printer.json()) {
                printer.print(Json.of(response));
            } else {
                printer.line("seen before: " + Advice.seen(response.getSeenList()));
            }
            return switch (response.getOutcomeCase()) {
                case SUSPENDED -> {
                    if (!printer.json()) {
                        printer.line(domain + " on " + host + " is suspended");
                        response.getChoicesList().forEach(c -> printer.line("  -> " + Advice.choice(c)));
                    }
                    yield ExitStatus.OK.code();
                }
                case REFUSED -> {
                    if (!printer.json()) {
                        response.getRefused().getReasonsList().forEach(r -> printer.note("not suspended: " + r));
                    }
                    yield ExitStatus.NO.code();
                }
                case OUTCOME_NOT_SET ->
                    throw new CommandFailure(
                            ExitStatus.NO_ANSWER,
                            "the controller's answer is of a newer version: see lockstepctl alarms");
            };
        }
    }
}
