package io.lockstep.cli.fake;

import io.grpc.BindableService;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.HandoverAlarms.Look;
import io.lockstep.core.handover.Side;
import io.lockstep.core.rule.CloseRules;
import io.lockstep.core.rule.SuspendRules;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.v1.ActionRefused;
import io.lockstep.proto.v1.Alarm;
import io.lockstep.proto.v1.CloseHandoverRequest;
import io.lockstep.proto.v1.CloseHandoverResponse;
import io.lockstep.proto.v1.DomainSuspended;
import io.lockstep.proto.v1.FindHoldersRequest;
import io.lockstep.proto.v1.FindHoldersResponse;
import io.lockstep.proto.v1.ForgetHostRequest;
import io.lockstep.proto.v1.ForgetHostResponse;
import io.lockstep.proto.v1.GetHandoverRequest;
import io.lockstep.proto.v1.GetHandoverResponse;
import io.lockstep.proto.v1.GetVolumeHistoryRequest;
import io.lockstep.proto.v1.GetVolumeHistoryResponse;
import io.lockstep.proto.v1.Handover;
import io.lockstep.proto.v1.HandoverPhase;
import io.lockstep.proto.v1.HandoverServiceGrpc;
import io.lockstep.proto.v1.HistoryServiceGrpc;
import io.lockstep.proto.v1.Holder;
import io.lockstep.proto.v1.Host;
import io.lockstep.proto.v1.HostConnected;
import io.lockstep.proto.v1.HostForgotten;
import io.lockstep.proto.v1.HostNotKnown;
import io.lockstep.proto.v1.HostServiceGrpc;
import io.lockstep.proto.v1.ListActionsRequest;
import io.lockstep.proto.v1.ListActionsResponse;
import io.lockstep.proto.v1.ListAlarmsRequest;
import io.lockstep.proto.v1.ListAlarmsResponse;
import io.lockstep.proto.v1.ListHandoversRequest;
import io.lockstep.proto.v1.ListHandoversResponse;
import io.lockstep.proto.v1.ListHostsRequest;
import io.lockstep.proto.v1.ListHostsResponse;
import io.lockstep.proto.v1.Sighting;
import io.lockstep.proto.v1.SuspendDomainRequest;
import io.lockstep.proto.v1.SuspendDomainResponse;
import io.lockstep.proto.v1.Volume;
import io.lockstep.proto.v1.VolumeLock;
import io.lockstep.proto.v1.WatchHandoversRequest;
import io.lockstep.proto.v1.WatchHandoversResponse;
import java.util.List;

/** Answers from what the cluster's agents hold at the moment. */
final class FakeController {

    private final FakeCluster cluster;

    FakeController(FakeCluster cluster) {
        this.cluster = cluster;
    }

    List<BindableService> services() {
        return List.of(new Hosts(), new Handovers(), new History());
    }

    private final class Hosts extends HostServiceGrpc.HostServiceImplBase {

        @Override
        public void listHosts(ListHostsRequest request, StreamObserver<ListHostsResponse> to) {
            ListHostsResponse.Builder response = ListHostsResponse.newBuilder();
            for (FakeAgent agent : cluster.agents()) {
                boolean known = cluster.lost(agent.host()).isEmpty();
                response.addHosts(Host.newBuilder()
                        .setName(agent.host())
                        .setEndpoint(cluster.endpoint(agent.host()))
                        .setState(known ? Host.State.STATE_CONNECTED : Host.State.STATE_UNKNOWN)
                        .setSeenAt(cluster.lost(agent.host()).orElse(FakeCluster.ago(2)))
                        .setInventory(agent.inventory()));
            }
            answer(to, response.build());
        }

        @Override
        public void forgetHost(ForgetHostRequest request, StreamObserver<ForgetHostResponse> to) {
            cluster.requests()
                    .add("forget " + request.getHost() + " by " + request.getRequestedBy() + ": "
                            + request.getReason());
            ForgetHostResponse.Builder response = ForgetHostResponse.newBuilder();
            if (cluster.agent(request.getHost()) == null) {
                response.setNotKnown(HostNotKnown.getDefaultInstance());
            } else if (cluster.lost(request.getHost()).isEmpty()) {
                response.setConnected(HostConnected.getDefaultInstance());
            } else {
                cluster.forget(request.getHost());
                response.setForgotten(HostForgotten.getDefaultInstance());
            }
            answer(to, response.build());
        }

        @Override
        public void findHolders(FindHoldersRequest request, StreamObserver<FindHoldersResponse> to) {
            FindHoldersResponse.Builder response = FindHoldersResponse.newBuilder();
            for (Volume volume : request.getVolumesList()) {
                for (FakeAgent agent : cluster.agents()) {
                    agent.inventory().getLocksList().stream()
                            .filter(l -> FakeCluster.same(l.getVolume(), volume))
                            .forEach(l -> response.addHolders(holder(agent, l)));
                }
            }
            cluster.agents().stream()
                    .map(FakeAgent::host)
                    .filter(h -> cluster.lost(h).isPresent())
                    .forEach(response::addUnknownHosts);
            answer(to, response.build());
        }

        private Holder holder(FakeAgent agent, VolumeLock lock) {
            Holder.Builder holder = Holder.newBuilder()
                    .setHost(agent.host())
                    .setLock(lock)
                    .setFresh(cluster.lost(agent.host()).isEmpty());
            agent.inventory().getClaimsList().stream()
                    .filter(c -> FakeCluster.same(c.getVolume(), lock.getVolume()))
                    .forEach(holder::addClaims);
            return holder.build();
        }
    }

    private final class Handovers extends HandoverServiceGrpc.HandoverServiceImplBase {

        @Override
        public void listHandovers(ListHandoversRequest request, StreamObserver<ListHandoversResponse> to) {
            answer(
                    to,
                    ListHandoversResponse.newBuilder()
                            .addAllHandovers(cluster.handovers().stream()
                                    .filter(h -> concerns(request.getDomain(), h))
                                    .filter(h -> !request.getOpenOnly() || !h.hasClosedAt())
                                    .filter(h -> request.getPhasesCount() == 0
                                            || request.getPhasesList().contains(h.getPhase()))
                                    .filter(h -> List.of("", h.getSource(), h.getTarget())
                                            .contains(request.getHost()))
                                    .filter(h -> !request.hasSince()
                                            || !Protos.time(h.getOpenedAt()).isBefore(Protos.time(request.getSince())))
                                    .limit(request.getLimit())
                                    .toList())
                            .build());
        }

        @Override
        public void getHandover(GetHandoverRequest request, StreamObserver<GetHandoverResponse> to) {
            cluster.timeline(request.getId())
                    .ifPresentOrElse(
                            t -> answer(to, t),
                            () -> to.onError(Status.NOT_FOUND
                                    .withDescription("no handover " + request.getId())
                                    .asRuntimeException()));
        }

        @Override
        public void watchHandovers(WatchHandoversRequest request, StreamObserver<WatchHandoversResponse> to) {
            List.of(cluster.handovers(), cluster.changes()).stream()
                    .flatMap(List::stream)
                    .filter(h -> concerns(request.getDomain(), h))
                    .forEach(h -> to.onNext(
                            WatchHandoversResponse.newBuilder().setHandover(h).build()));
            to.onCompleted();
        }

        @Override
        public void listAlarms(ListAlarmsRequest request, StreamObserver<ListAlarmsResponse> to) {
            answer(
                    to,
                    ListAlarmsResponse.newBuilder()
                            .addAllAlarms(cluster.alarms())
                            .build());
        }

        @Override
        public void closeHandover(CloseHandoverRequest request, StreamObserver<CloseHandoverResponse> to) {
            Handover handover = cluster.handovers().stream()
                    .filter(h -> h.getRef().getId().equals(request.getId()))
                    .findFirst()
                    .orElseThrow();
            CloseRules.Seen source = seen(handover.getSource(), Side.SOURCE, request.getId());
            CloseRules.Seen target = seen(handover.getTarget(), Side.TARGET, request.getId());
            CloseHandoverResponse.Builder response = CloseHandoverResponse.newBuilder()
                    .addSeen(sighting(source.host(), source.own()))
                    .addSeen(sighting(target.host(), target.own()));
            List<String> refusals = CloseRules.refusals(source, target);
            if (refusals.isEmpty()) {
                response.setClosed(handover.toBuilder()
                        .setPhase(HandoverPhase.HANDOVER_PHASE_COMMITTED)
                        .setClosedAt(FakeCluster.ago(0)));
            } else {
                response.setRefused(ActionRefused.newBuilder().addAllReasons(refusals));
            }
            cluster.requests().add("close by " + request.getRequestedBy() + ": " + request.getReason());
            answer(to, response.build());
        }

        /** By what its inventory says of this handover. */
        private CloseRules.Seen seen(String name, Side side, String id) {
            HostName host = new HostName(name);
            if (cluster.lost(name).isPresent()) {
                return new CloseRules.Seen(host, side, CloseRules.Answer.SILENT, OwnDomain.UNKNOWN);
            }
            return cluster.agent(name).inventory().getHandoversList().stream()
                    .filter(h -> h.getHandover().getId().equals(id))
                    .findFirst()
                    .map(h -> new CloseRules.Seen(host, side, CloseRules.Answer.OPEN, Protos.own(h.getOwn())))
                    .orElseGet(() -> new CloseRules.Seen(
                            host,
                            side,
                            CloseRules.Answer.NOT_OPEN,
                            side == Side.SOURCE ? OwnDomain.ABSENT : OwnDomain.ACTIVE));
        }

        private Sighting sighting(HostName host, OwnDomain own) {
            return Sighting.newBuilder()
                    .setHost(host.value())
                    .setOwn(Protos.own(own))
                    .build();
        }

        /** Runs twice when an alarm says so. */
        @Override
        public void suspendDomain(SuspendDomainRequest request, StreamObserver<SuspendDomainResponse> to) {
            Look here = new Look(new HostName(request.getHost()), OwnDomain.ACTIVE);
            SuspendDomainResponse.Builder response =
                    SuspendDomainResponse.newBuilder().addSeen(sighting(here.host(), here.domain()));
            List<Alarm> twice = cluster.alarms().stream()
                    .filter(a -> a.getKind() == Alarm.Kind.KIND_DOUBLE_RUN
                            && a.getDomainName().equals(request.getDomain()))
                    .toList();
            if (twice.isEmpty()) {
                SuspendRules.refusal(request.getDomain(), here, List.of())
                        .ifPresent(r ->
                                response.setRefused(ActionRefused.newBuilder().addReasons(r)));
            } else {
                twice.forEach(a -> response.addAllChoices(a.getChoicesList()));
                response.setSuspended(DomainSuspended.getDefaultInstance());
            }
            cluster.requests().add("suspend by " + request.getRequestedBy() + ": " + request.getReason());
            answer(to, response.build());
        }

        private boolean concerns(String domain, Handover handover) {
            return domain.isEmpty()
                    || domain.equals(handover.getDomainName())
                    || domain.equals(handover.getRef().getDomainUuid());
        }
    }

    private final class History extends HistoryServiceGrpc.HistoryServiceImplBase {

        @Override
        public void listActions(ListActionsRequest request, StreamObserver<ListActionsResponse> to) {
            answer(
                    to,
                    ListActionsResponse.newBuilder()
                            .addAllActions(cluster.actions().stream()
                                    .filter(a -> List.of("", a.getHost()).contains(request.getHost()))
                                    .filter(a -> !request.hasSince()
                                            || !Protos.time(a.getAt()).isBefore(Protos.time(request.getSince())))
                                    .limit(request.getLimit())
                                    .toList())
                            .build());
        }

        @Override
        public void getVolumeHistory(GetVolumeHistoryRequest request, StreamObserver<GetVolumeHistoryResponse> to) {
            answer(
                    to,
                    GetVolumeHistoryResponse.newBuilder()
                            .addAllHoldings(cluster.holdings().stream()
                                    .filter(h -> FakeCluster.same(h.getVolume(), request.getVolume()))
                                    .toList())
                            .addAllActions(cluster.actions().stream()
                                    .filter(a -> a.getVolumesList().stream()
                                            .anyMatch(v -> FakeCluster.same(v, request.getVolume())))
                                    .toList())
                            .build());
        }
    }

    private static <T> void answer(StreamObserver<T> to, T response) {
        to.onNext(response);
        to.onCompleted();
    }
}
