package io.lockstep.agent.endpoint;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.lockstep.agent.Agent;
import io.lockstep.agent.config.AgentConfig;
import io.lockstep.agent.config.Background;
import io.lockstep.agent.handover.SideReports;
import io.lockstep.agent.handover.SourceSide;
import io.lockstep.agent.work.Deadline;
import io.lockstep.agent.work.SteadyClock;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.SideProgress;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.convert.ResultProtos;
import io.lockstep.proto.v1.AlreadyOpen;
import io.lockstep.proto.v1.NotHere;
import io.lockstep.proto.v1.ObserveRequest;
import io.lockstep.proto.v1.ObserveResponse;
import io.lockstep.proto.v1.ParticipantServiceGrpc;
import io.lockstep.proto.v1.ShareRefused;
import io.lockstep.proto.v1.ShareRequest;
import io.lockstep.proto.v1.ShareResponse;
import io.lockstep.proto.v1.Shared;
import io.lockstep.proto.v1.SideReport;
import io.lockstep.proto.v1.StaleEpoch;
import io.lockstep.proto.v1.SuspendRequest;
import io.lockstep.proto.v1.SuspendResponse;
import io.lockstep.proto.v1.WakeRequest;
import io.lockstep.proto.v1.WakeResponse;
import io.lockstep.service.grpc.Answers;
import io.quarkus.grpc.GrpcService;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** {@code ParticipantService}: this host's part in a handover, at a controller's word. */
@GrpcService
public class ParticipantEndpoint extends ParticipantServiceGrpc.ParticipantServiceImplBase {

    private static final Logger LOG = Logger.getLogger(ParticipantEndpoint.class);

    private static final Duration SHARE = Duration.ofSeconds(25);

    private final Agent agent;
    private final AgentConfig config;
    private final Answers answers;
    private final InstantSource clock = InstantSource.system();

    ParticipantEndpoint(Agent agent, AgentConfig config, @Background ExecutorService threads) {
        this.agent = agent;
        this.answers = new Answers(threads);
        this.config = config;
    }

    @Override
    public void share(ShareRequest request, StreamObserver<ShareResponse> answer) {
        AtomicBoolean gone = new AtomicBoolean();
        ((ServerCallStreamObserver<ShareResponse>) answer).setOnCancelHandler(() -> gone.set(true));
        answers.one(answer, () -> shared(request, gone));
    }

    private ShareResponse shared(ShareRequest request, AtomicBoolean gone) {
        Duration limit = Duration.ofNanos(Math.round(SHARE.toNanos() * config.deadlineScale()));
        SourceSide.Outcome outcome = agent.share(
                new SourceSide.Share(
                        Protos.id(request.getHandover()),
                        Protos.epoch(request.getHandover()),
                        domain(request.getHandover().getDomainUuid()),
                        request.getDomainName(),
                        Protos.host(request.getTarget()),
                        request.getVolumesList().stream()
                                .map(Protos::volume)
                                .collect(Collectors.toCollection(TreeSet::new))),
                Deadline.in(limit, SteadyClock.CLOCK).orWhen(gone::get));
        return response(outcome);
    }

    private ShareResponse response(SourceSide.Outcome outcome) {
        ShareResponse.Builder response = ShareResponse.newBuilder();
        return switch (outcome) {
            case SourceSide.Outcome.Shared shared ->
                response.setShared(Shared.newBuilder()
                                .setEpoch(shared.epoch().value())
                                .addAllVolumes(Protos.volumes(shared.volumes())))
                        .build();
            case SourceSide.Outcome.Refused refused ->
                response.setRefused(ShareRefused.newBuilder()
                                .setReason(refused.reason())
                                .addAllResults(refused.results().entrySet().stream()
                                        .map(e -> ResultProtos.result(e.getKey(), e.getValue()))
                                        .toList()))
                        .build();
            case SourceSide.Outcome.Stale stale ->
                response.setStaleEpoch(StaleEpoch.newBuilder()
                                .setHighest(stale.highest().value()))
                        .build();
            case SourceSide.Outcome.AlreadyOpen open ->
                response.setAlreadyOpen(AlreadyOpen.newBuilder()
                                .setHandover(report(open.handover().id()).orElse(SideReport.getDefaultInstance())))
                        .build();
            case SourceSide.Outcome.NotHere ignored ->
                response.setNotHere(NotHere.getDefaultInstance()).build();
        };
    }

    @Override
    public void wake(WakeRequest request, StreamObserver<WakeResponse> answer) {
        answers.one(answer, () -> woken(request));
    }

    private WakeResponse woken(WakeRequest request) {
        Optional<SideProgress> peer =
                request.getPeerProgress() == io.lockstep.proto.v1.SideProgress.SIDE_PROGRESS_UNSPECIFIED
                        ? Optional.empty()
                        : Optional.of(Protos.progress(request.getPeerProgress()));
        WakeResponse.Builder response = WakeResponse.newBuilder();
        agent.wake(Protos.id(request.getHandover()), peer)
                .ifPresent(view -> response.setReport(SideReports.of(agent.host(), view)));
        return response.build();
    }

    @Override
    public void observe(ObserveRequest request, StreamObserver<ObserveResponse> answer) {
        answers.one(answer, () -> observed(request));
    }

    private ObserveResponse observed(ObserveRequest request) {
        DomainUuid domain = domain(request.getDomainUuid());
        agent.lookNow();
        ObserveResponse.Builder response = ObserveResponse.newBuilder()
                .setOwn(Protos.own(agent.watch().fresh(domain)))
                .setState(
                        agent.watch().silence().isPresent()
                                ? ""
                                : agent.watch()
                                        .domain(domain)
                                        .map(d -> d.state().toString())
                                        .orElse(""))
                .setLookedAt(Protos.time(clock.instant()))
                .setHighestEpoch(agent.state().highestEpoch(domain).value());
        agent.handovers().stream()
                .filter(v ->
                        v.handover().domain().equals(domain) && !v.progress().closed())
                .findFirst()
                .ifPresent(v -> response.setHandover(SideReports.of(agent.host(), v)));
        return response.build();
    }

    @Override
    public void suspend(SuspendRequest request, StreamObserver<SuspendResponse> answer) {
        answers.one(answer, () -> {
            Optional<String> refusal = agent.suspend(domain(request.getDomainUuid()));
            LOG.warnf(
                    "suspending domain %s, which runs twice (%s): %s",
                    request.getDomainUuid(), request.getReason(), refusal.orElse("done"));
            return SuspendResponse.newBuilder()
                    .setSuspended(refusal.isEmpty())
                    .setReason(refusal.orElse(""))
                    .build();
        });
    }

    private Optional<SideReport> report(HandoverId id) {
        return agent.handovers().stream()
                .filter(v -> v.handover().id().equals(id))
                .findFirst()
                .map(v -> SideReports.of(agent.host(), v));
    }

    private static DomainUuid domain(String uuid) {
        return Protos.domain(uuid);
    }
}
