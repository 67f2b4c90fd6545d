package io.lockstep.agent.endpoint;

import io.grpc.stub.StreamObserver;
import io.lockstep.agent.Agent;
import io.lockstep.agent.config.Background;
import io.lockstep.agent.migration.OutgoingMigration;
import io.lockstep.agent.migration.OutgoingMigrations;
import io.lockstep.core.port.Migrations;
import io.lockstep.core.volume.VgName;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.v1.AbortMigrationRequest;
import io.lockstep.proto.v1.AbortMigrationResponse;
import io.lockstep.proto.v1.CheckMigrationsRequest;
import io.lockstep.proto.v1.CheckMigrationsResponse;
import io.lockstep.proto.v1.ListMigrationsRequest;
import io.lockstep.proto.v1.ListMigrationsResponse;
import io.lockstep.proto.v1.Migration;
import io.lockstep.proto.v1.MigrationCheck;
import io.lockstep.proto.v1.MigrationRefused;
import io.lockstep.proto.v1.MigrationServiceGrpc;
import io.lockstep.proto.v1.StartMigrationRequest;
import io.lockstep.proto.v1.StartMigrationResponse;
import io.lockstep.service.action.ManualActions;
import io.lockstep.service.grpc.Answers;
import io.quarkus.grpc.GrpcService;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import org.jboss.logging.Logger;

/** {@code MigrationService}: migrations away from this host, at a person's word. */
@GrpcService
public class MigrationEndpoint extends MigrationServiceGrpc.MigrationServiceImplBase {

    private static final Logger LOG = Logger.getLogger(MigrationEndpoint.class);

    private final Agent agent;
    private final ActionsByHand actions;
    private final Answers answers;

    MigrationEndpoint(Agent agent, ManualActions actions, @Background ExecutorService threads) {
        this.agent = agent;
        this.actions = new ActionsByHand(agent.host(), actions);
        this.answers = new Answers(threads);
    }

    @Override
    public void checkMigrations(CheckMigrationsRequest request, StreamObserver<CheckMigrationsResponse> answer) {
        answers.one(
                answer,
                () -> CheckMigrationsResponse.newBuilder()
                        .addAllChecks(
                                agent
                                        .migrations()
                                        .check(request.getDomainUuidsList().stream()
                                                .map(Protos::domain)
                                                .toList())
                                        .stream()
                                        .map(MigrationEndpoint::check)
                                        .toList())
                        .build());
    }

    private static MigrationCheck check(OutgoingMigrations.Check check) {
        MigrationCheck.Builder message = MigrationCheck.newBuilder()
                .setDomainUuid(check.domain().toString())
                .setDomainName(check.name())
                .addAllRefusals(check.refusals())
                .addAllVgs(check.groups().stream().map(VgName::value).toList());
        check.underWay().ifPresent(m -> message.setUnderWay(migration(m)));
        return message.build();
    }

    @Override
    public void startMigration(StartMigrationRequest request, StreamObserver<StartMigrationResponse> answer) {
        answers.one(answer, () -> started(request));
    }

    private StartMigrationResponse started(StartMigrationRequest request) {
        OutgoingMigrations.Outcome outcome = agent.migrations().start(request(request));
        LOG.infof(
                "migration of domain %s to %s (%s), asked for by %s: %s: %s",
                request.getDomainUuid(),
                request.getTarget(),
                request.getUri(),
                request.getRequestedBy(),
                request.getReason(),
                outcome);
        actions.migration(
                "migrate to " + request.getTarget(),
                request.getRequestedBy(),
                request.getReason(),
                name(outcome, request.getDomainUuid()),
                switch (outcome) {
                    case OutgoingMigrations.Outcome.Started ignored -> "started";
                    case OutgoingMigrations.Outcome.UnderWay ignored -> "under way already";
                    case OutgoingMigrations.Outcome.Refused refused ->
                        "refused: " + String.join("; ", refused.reasons());
                });
        StartMigrationResponse.Builder message = StartMigrationResponse.newBuilder();
        return switch (outcome) {
            case OutgoingMigrations.Outcome.Started started ->
                message.setStarted(migration(started.migration())).build();
            case OutgoingMigrations.Outcome.UnderWay underWay ->
                message.setUnderWay(migration(underWay.migration())).build();
            case OutgoingMigrations.Outcome.Refused refused ->
                message.setRefused(MigrationRefused.newBuilder().addAllReasons(refused.reasons()))
                        .build();
        };
    }

    private static String name(OutgoingMigrations.Outcome outcome, String uuid) {
        return switch (outcome) {
            case OutgoingMigrations.Outcome.Started started ->
                started.migration().name();
            case OutgoingMigrations.Outcome.UnderWay underWay ->
                underWay.migration().name();
            case OutgoingMigrations.Outcome.Refused ignored -> uuid;
        };
    }

    private static OutgoingMigrations.Request request(StartMigrationRequest message) {
        Duration suspendAfter = Duration.ofSeconds(
                message.getSuspendAfter().getSeconds(),
                message.getSuspendAfter().getNanos());
        if (message.hasSuspendAfter() && !suspendAfter.isPositive()) {
            throw new IllegalArgumentException("suspend_after: at least one second");
        }
        if (message.getBandwidthMib() < 0) {
            throw new IllegalArgumentException("bandwidth_mib: " + message.getBandwidthMib() + " is negative");
        }
        return new OutgoingMigrations.Request(
                new Migrations.Order(
                        Protos.domain(message.getDomainUuid()),
                        message.getUri(),
                        message.getPersistent(),
                        message.getUndefineSource(),
                        message.getAutoConverge(),
                        message.getBandwidthMib() == 0
                                ? OptionalLong.empty()
                                : OptionalLong.of(message.getBandwidthMib())),
                Protos.host(message.getTarget()),
                message.hasSuspendAfter() ? Optional.of(suspendAfter) : Optional.empty(),
                message.getRequestedBy());
    }

    @Override
    public void listMigrations(ListMigrationsRequest request, StreamObserver<ListMigrationsResponse> answer) {
        answers.one(
                answer,
                () -> ListMigrationsResponse.newBuilder()
                        .addAllMigrations(agent.migrations().list().stream()
                                .map(MigrationEndpoint::migration)
                                .toList())
                        .build());
    }

    @Override
    public void abortMigration(AbortMigrationRequest request, StreamObserver<AbortMigrationResponse> answer) {
        answers.one(answer, () -> {
            boolean aborted = agent.migrations().abort(Protos.domain(request.getDomainUuid()));
            LOG.infof(
                    "cancelling the migration of domain %s, asked for by %s: %s: %s",
                    request.getDomainUuid(),
                    request.getRequestedBy(),
                    request.getReason(),
                    aborted ? "libvirt cancels it" : "nothing was cancelled");
            actions.migration(
                    "abort migration",
                    request.getRequestedBy(),
                    request.getReason(),
                    request.getDomainUuid(),
                    aborted ? "libvirt cancels it" : "nothing was cancelled");
            return AbortMigrationResponse.newBuilder().setAborted(aborted).build();
        });
    }

    static Migration migration(OutgoingMigration migration) {
        Migration.Builder message = Migration.newBuilder()
                .setDomainUuid(migration.domain().toString())
                .setDomainName(migration.name())
                .setState(Migration.State.STATE_RUNNING);
        migration
                .start()
                .ifPresent(s -> message.setTarget(s.target().value())
                        .setRequestedBy(s.requestedBy())
                        .setStartedAt(Protos.time(s.at())));
        migration
                .copied()
                .ifPresent(c -> message.setTotalBytes(c.total())
                        .setProcessedBytes(c.processed())
                        .setRemainingBytes(c.remaining()));
        migration.ending().ifPresent(e -> {
            message.setEndedAt(Protos.time(e.at()));
            switch (e.how()) {
                case Migrations.Ended.Moved _ -> message.setState(Migration.State.STATE_MOVED);
                case Migrations.Ended.Failed failed ->
                    message.setState(Migration.State.STATE_FAILED).setReason(failed.reason());
                case Migrations.Ended.Unknown unknown ->
                    message.setState(Migration.State.STATE_UNKNOWN).setReason(unknown.reason());
            }
        });
        return message.build();
    }
}
