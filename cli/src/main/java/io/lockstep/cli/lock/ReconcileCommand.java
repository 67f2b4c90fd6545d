package io.lockstep.cli.lock;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.lockstep.cli.CommandFailure;
import io.lockstep.cli.ExitStatus;
import io.lockstep.cli.ReasonOption;
import io.lockstep.cli.StandardOptions;
import io.lockstep.cli.Surroundings;
import io.lockstep.cli.connection.AgentOptions;
import io.lockstep.cli.connection.Cluster;
import io.lockstep.cli.output.Cell;
import io.lockstep.cli.output.Json;
import io.lockstep.cli.output.OutputOptions;
import io.lockstep.cli.output.Printer;
import io.lockstep.cli.output.Table;
import io.lockstep.cli.output.Words;
import io.lockstep.core.domain.HostName;
import io.lockstep.proto.v1.Drift;
import io.lockstep.proto.v1.Host;
import io.lockstep.proto.v1.LockResult;
import io.lockstep.proto.v1.PlannedCorrection;
import io.lockstep.proto.v1.ReconcileRequest;
import io.lockstep.proto.v1.ReconcileResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Wakes agents' reconciliation, or asks what it would do. */
@Command(
        name = "reconcile",
        description = {
            "Have hosts compare the locks that they hold with the domains that run there, and correct what differs.",
            "Agents do that by themselves all the time. With --dry-run nothing is changed, and found drift is exit code 1."
        })
public final class ReconcileCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    StandardOptions standard;

    @Mixin
    private OutputOptions output;

    @Mixin
    private AgentOptions connection;

    @Option(names = "--dry-run", description = "Only say what would be done.")
    private boolean dryRun;

    @Option(names = "--host", paramLabel = "HOST", description = "This host.")
    private Optional<HostName> host;

    @Option(names = "--all", description = "All hosts, one after the other.")
    private boolean all;

    @Mixin
    private ReasonOption reason;

    @Spec
    private CommandSpec spec;

    public ReconcileCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** Exactly one of the two is there. */
    private record Answer(Host host, Optional<ReconcileResponse> response, Optional<CommandFailure> failure) {

        List<Drift> drifts() {
            return response.map(ReconcileResponse::getDriftsList).orElse(List.of());
        }

        Optional<PlannedCorrection> correction(Drift drift) {
            return response.stream()
                    .flatMap(r -> r.getCorrectionsList().stream())
                    .filter(c -> HostLock.same(c.getVolume(), drift.getVolume()))
                    .findFirst();
        }

        Stream<LockResult> results() {
            return response.stream()
                    .flatMap(r -> r.getCorrectionsList().stream())
                    .filter(PlannedCorrection::hasResult)
                    .map(PlannedCorrection::getResult);
        }
    }

    @Override
    public Integer call() {
        if (Stream.of(host.isPresent(), all, connection.oneAgent())
                        .filter(b -> b)
                        .count()
                != 1) {
            throw new ParameterException(
                    spec.commandLine(),
                    "say where: one of --host HOST, --all, or --agent HOST:PORT without a controller");
        }
        Printer printer = output.printer(surroundings);
        List<Answer> answers = new ArrayList<>();
        try (Cluster cluster = connection.openPatiently(surroundings)) {
            if (all) {
                cluster.hosts().forEach(h -> answers.add(ask(cluster, h)));
            } else {
                Host at = cluster.host(host);
                answers.add(new Answer(at, Optional.of(cluster.reconcile(at, request())), Optional.empty()));
            }
        }
        if (printer.json()) {
            printer.print(Json.object("hosts", Json.list(answers, this::json)));
        } else {
            printer.print(table(answers, printer), "no drift");
        }
        answers.stream().flatMap(a -> a.failure().stream()).forEach(f -> printer.note("lockstepctl: " + f.text()));
        return status(answers).code();
    }

    private ReconcileRequest request() {
        return ReconcileRequest.newBuilder()
                .setDryRun(dryRun)
                .setRequestedBy(surroundings.user())
                .setReason(reason.text())
                .build();
    }

    private Answer ask(Cluster cluster, Host at) {
        try {
            return new Answer(at, Optional.of(cluster.reconcile(at, request())), Optional.empty());
        } catch (CommandFailure e) {
            return new Answer(at, Optional.empty(), Optional.of(e));
        }
    }

    private ExitStatus status(List<Answer> answers) {
        long failed = answers.stream().filter(a -> a.failure().isPresent()).count();
        if (failed > 0) {
            return failed == answers.size() ? ExitStatus.NO_ANSWER : ExitStatus.PARTIAL;
        }
        if (dryRun) {
            return answers.stream().allMatch(a -> a.drifts().isEmpty()) ? ExitStatus.OK : ExitStatus.NO;
        }
        List<LockResult> results = answers.stream().flatMap(Answer::results).toList();
        int done = (int) results.stream()
                .filter(r -> r.getOutcomeCase() == LockResult.OutcomeCase.GRANTED)
                .count();
        return ExitStatus.of(done, results.size() - done);
    }

    private Table table(List<Answer> answers, Printer printer) {
        Table table =
                new Table("HOST", "VOLUME", "DRIFT", "HELD", "NEEDED", "SINCE", dryRun ? "WOULD BE DONE" : "RESULT");
        answers.forEach(a -> a.drifts()
                .forEach(d -> table.row(
                        Cell.of(a.host().getName()),
                        Cell.of(Words.of(d.getVolume())),
                        Cell.of(Words.of(d.getKind())),
                        Cell.of(Words.of(d.getHeld())),
                        Cell.of(Words.of(d.getNeeded())),
                        Cell.of(printer.ago(d.hasSince(), d.getSince())),
                        a.correction(d)
                                .map(ReconcileCommand::done)
                                .orElseGet(() -> Cell.of("left alone: " + Words.meaning(d.getKind()))))));
        return table;
    }

    private static Cell done(PlannedCorrection correction) {
        if (!correction.hasResult()) {
            return Cell.of("to " + Words.of(correction.getTo()));
        }
        boolean granted = correction.getResult().getOutcomeCase() == LockResult.OutcomeCase.GRANTED;
        return Cell.when(
                !granted, (granted ? "" : "refused: ") + correction.getResult().getReason());
    }

    private JsonObject json(Answer answer) {
        JsonObject json = answer.response().map(Json::of).orElseGet(JsonObject::new);
        json.addProperty("host", answer.host().getName());
        json.addProperty("dry_run", dryRun);
        json.add(
                "error",
                answer.failure()
                        .map(f -> (com.google.gson.JsonElement) new JsonPrimitive(f.text()))
                        .orElse(JsonNull.INSTANCE));
        return json;
    }
}
