package io.lockstep.controller.grpc;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.lockstep.controller.alarm.Alarms;
import io.lockstep.controller.handover.Begin;
import io.lockstep.controller.handover.BeginOrder;
import io.lockstep.controller.handover.BeginOutcome;
import io.lockstep.controller.handover.Deadlines;
import io.lockstep.controller.handover.Handover;
import io.lockstep.controller.handover.HandoverArchive;
import io.lockstep.controller.handover.HandoverArchive.Filter;
import io.lockstep.controller.handover.HandoverArchive.Told;
import io.lockstep.controller.handover.Handovers;
import io.lockstep.controller.host.CallLimit;
import io.lockstep.controller.host.Cancellation;
import io.lockstep.controller.host.SideReport;
import io.lockstep.controller.intervention.Asked;
import io.lockstep.controller.intervention.Closing;
import io.lockstep.controller.intervention.Outcome;
import io.lockstep.controller.intervention.Suspending;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.Side;
import io.lockstep.core.handover.SideProgress;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.v1.ActionRefused;
import io.lockstep.proto.v1.BeginRequest;
import io.lockstep.proto.v1.BeginResponse;
import io.lockstep.proto.v1.CloseHandoverRequest;
import io.lockstep.proto.v1.CloseHandoverResponse;
import io.lockstep.proto.v1.DomainSuspended;
import io.lockstep.proto.v1.GetHandoverRequest;
import io.lockstep.proto.v1.GetHandoverResponse;
import io.lockstep.proto.v1.HandoverServiceGrpc;
import io.lockstep.proto.v1.ListAlarmsRequest;
import io.lockstep.proto.v1.ListAlarmsResponse;
import io.lockstep.proto.v1.ListHandoversRequest;
import io.lockstep.proto.v1.ListHandoversResponse;
import io.lockstep.proto.v1.ReportRequest;
import io.lockstep.proto.v1.ReportResponse;
import io.lockstep.proto.v1.SuspendDomainRequest;
import io.lockstep.proto.v1.SuspendDomainResponse;
import io.lockstep.proto.v1.WatchHandoversRequest;
import io.lockstep.proto.v1.WatchHandoversResponse;
import io.lockstep.service.action.ManualAction;
import io.lockstep.service.action.ManualActions;
import io.lockstep.service.grpc.Answers;
import io.quarkus.grpc.GrpcService;
import io.quarkus.virtual.threads.VirtualThreads;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/** {@code HandoverService}. */
@GrpcService
public class HandoverGrpcService extends HandoverServiceGrpc.HandoverServiceImplBase {

    private final Begin begin;
    private final Handovers handovers;
    private final HandoverArchive archive;
    private final Alarms alarms;
    private final Closing closing;
    private final Suspending suspending;
    private final ManualActions actions;
    private final InstantSource clock;
    private final Deadlines deadlines;
    private final ExecutorService threads;
    private final Answers answers;

    public HandoverGrpcService(
            Begin begin,
            Handovers handovers,
            HandoverArchive archive,
            Alarms alarms,
            Closing closing,
            Suspending suspending,
            ManualActions actions,
            InstantSource clock,
            Deadlines deadlines,
            @VirtualThreads ExecutorService threads) {
        this.begin = begin;
        this.handovers = handovers;
        this.archive = archive;
        this.alarms = alarms;
        this.closing = closing;
        this.suspending = suspending;
        this.actions = actions;
        this.clock = clock;
        this.deadlines = deadlines;
        this.threads = threads;
        this.answers = new Answers(threads);
    }

    @Override
    public void begin(BeginRequest request, StreamObserver<BeginResponse> observer) {
        CallLimit limit = CallLimit.until(clock.instant().plus(deadlines.begin()));
        ((ServerCallStreamObserver<BeginResponse>) observer).setOnCancelHandler(limit.cancellation()::cancel);
        answers.run(observer, () -> {
            BeginOrder order = HandoverMessages.order(request);
            switch (begin.begin(order, limit)) {
                case BeginOutcome.Opened opened -> opened(opened.handover(), limit.cancellation(), observer);
                case BeginOutcome.NobodyRunsIt ignored -> answer(observer, HandoverMessages.nobodyRunsIt());
                case BeginOutcome.Refused refused -> answer(observer, HandoverMessages.refused(refused));
                case BeginOutcome.Abandoned ignored ->
                    throw Status.CANCELLED
                            .withDescription("the target's call ended first")
                            .asRuntimeException();
            }
        });
    }

    /** When the caller went at the last moment, the target does not know its handover and never will. */
    private void opened(Handover handover, Cancellation cancellation, StreamObserver<BeginResponse> observer) {
        boolean gone;
        try {
            answer(observer, HandoverMessages.opened(handover));
            gone = cancellation.cancelled();
        } catch (RuntimeException e) {
            gone = true;
        }
        if (gone) {
            handovers.conclude(
                    handover.id(),
                    Side.TARGET,
                    SideProgress.GONE,
                    "takes no part: its call ended before the answer reached it");
        }
    }

    @Override
    public void report(ReportRequest request, StreamObserver<ReportResponse> observer) {
        answers.one(observer, () -> {
            SideReport report = AgentMessages.report(request.getReport());
            ReportResponse.Builder response = ReportResponse.newBuilder();
            handovers
                    .report(report)
                    .ifPresent(h ->
                            response.setPeerProgress(HandoverMessages.progress(h.side(Handover.other(report.side())))));
            return response.build();
        });
    }

    @Override
    public void listHandovers(ListHandoversRequest request, StreamObserver<ListHandoversResponse> observer) {
        answers.one(
                observer,
                () -> ListHandoversResponse.newBuilder()
                        .addAllHandovers(list(HandoverMessages.filter(request)).stream()
                                .map(HandoverMessages::handover)
                                .toList())
                        .build());
    }

    /** From the archive, and what is in memory on top: that is newer, and there when the archive is not. */
    private List<Handover> list(Filter filter) {
        Map<HandoverId, Handover> found = new LinkedHashMap<>();
        archive.list(filter).forEach(h -> found.put(h.id(), h));
        found.replaceAll((id, h) -> handovers.find(id).orElse(h));
        handovers.recent(filter).forEach(h -> found.put(h.id(), h));
        return found.values().stream()
                .filter(filter::matches)
                .sorted(Comparator.comparing(Handover::openedAt).reversed())
                .limit(filter.limit())
                .toList();
    }

    @Override
    public void getHandover(GetHandoverRequest request, StreamObserver<GetHandoverResponse> observer) {
        answers.one(observer, () -> {
            HandoverId id = Protos.handoverId(request.getId());
            // The database knows what all controllers have heard; memory is there when it is not.
            Optional<Told> found = archive.find(id).or(() -> handovers.told(id));
            Told told = found.orElseThrow(() -> unknown(id));
            return GetHandoverResponse.newBuilder()
                    .setHandover(HandoverMessages.handover(told.handover()))
                    .addAllEvents(
                            told.events().stream().map(HandoverMessages::event).toList())
                    .build();
        });
    }

    private StatusRuntimeException unknown(HandoverId id) {
        String problem = archive.problem();
        return problem.isEmpty()
                ? Status.NOT_FOUND
                        .withDescription(
                                "no handover " + id + " is known here; lockstepctl handovers lists those that are")
                        .asRuntimeException()
                : Status.UNAVAILABLE
                        .withDescription("handover " + id
                                + " is not in memory, and the controller's database does not work: " + problem)
                        .asRuntimeException();
    }

    @Override
    public void watchHandovers(WatchHandoversRequest request, StreamObserver<WatchHandoversResponse> observer) {
        Filter filter = HandoverMessages.filter(
                ListHandoversRequest.newBuilder().setDomain(request.getDomain()).build());
        HandoverWatch watch = new HandoverWatch(
                (ServerCallStreamObserver<WatchHandoversResponse>) observer, handovers, filter, threads);
        answers.run(observer, () -> watch.start(list(filter).reversed()));
    }

    @Override
    public void listAlarms(ListAlarmsRequest request, StreamObserver<ListAlarmsResponse> observer) {
        answers.one(
                observer,
                () -> ListAlarmsResponse.newBuilder()
                        .addAllAlarms(alarms.list().stream()
                                .map(HandoverMessages::alarm)
                                .toList())
                        .build());
    }

    @Override
    public void closeHandover(CloseHandoverRequest request, StreamObserver<CloseHandoverResponse> observer) {
        answers.one(observer, () -> {
            HandoverId id = Protos.handoverId(request.getId());
            Asked asked = new Asked(request.getRequestedBy(), request.getReason());
            Outcome outcome = closing.close(id, asked)
                    .orElseThrow(() -> Status.NOT_FOUND
                            .withDescription("handover " + id
                                    + " is not open here: lockstepctl handovers --open lists those that are")
                            .asRuntimeException());
            handovers
                    .find(id)
                    .ifPresent(h -> done("close handover " + id, h.target().value(), h.domainName(), asked, outcome));
            CloseHandoverResponse.Builder response =
                    CloseHandoverResponse.newBuilder().addAllSeen(HandoverMessages.seen(outcome.seen()));
            if (outcome.done()) {
                handovers.find(id).map(HandoverMessages::handover).ifPresent(response::setClosed);
            } else {
                response.setRefused(ActionRefused.newBuilder().addAllReasons(outcome.refusals()));
            }
            return response.build();
        });
    }

    @Override
    public void suspendDomain(SuspendDomainRequest request, StreamObserver<SuspendDomainResponse> observer) {
        answers.one(observer, () -> {
            HostName host = Protos.host(request.getHost());
            DomainUuid domain = suspending
                    .find(request.getDomain(), host)
                    .orElseThrow(() -> Status.NOT_FOUND
                            .withDescription("host " + host + " shows no domain " + request.getDomain()
                                    + ": lockstepctl domains lists where each one is")
                            .asRuntimeException());
            Asked asked = new Asked(request.getRequestedBy(), request.getReason());
            Outcome outcome = suspending.suspend(domain, request.getDomain(), host, asked);
            done("suspend", host.value(), request.getDomain(), asked, outcome);
            SuspendDomainResponse.Builder response = SuspendDomainResponse.newBuilder()
                    .addAllSeen(HandoverMessages.seen(outcome.seen()))
                    .addAllChoices(alarms.list(domain).stream()
                            .flatMap(a -> HandoverMessages.choices(a.choices()).stream())
                            .toList());
            if (outcome.done()) {
                response.setSuspended(DomainSuspended.newBuilder().setDomainUuid(domain.toString()));
            } else {
                response.setRefused(ActionRefused.newBuilder().addAllReasons(outcome.refusals()));
            }
            return response.build();
        });
    }

    private void done(String action, String host, String domain, Asked asked, Outcome outcome) {
        actions.done(ManualAction.of(
                        clock.instant(),
                        asked.by(),
                        action,
                        host,
                        asked.reason(),
                        outcome.done() ? "done" : "refused: " + String.join("; ", outcome.refusals()))
                .domain(domain));
    }

    private static <T> void answer(StreamObserver<T> observer, T message) {
        observer.onNext(message);
        observer.onCompleted();
    }
}
