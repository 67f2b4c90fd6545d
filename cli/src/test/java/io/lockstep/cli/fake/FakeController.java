package io.lockstep.cli.fake;

import io.grpc.BindableService;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.v1.FindHoldersRequest;
import io.lockstep.proto.v1.FindHoldersResponse;
import io.lockstep.proto.v1.ForgetHostRequest;
import io.lockstep.proto.v1.ForgetHostResponse;
import io.lockstep.proto.v1.GetHandoverRequest;
import io.lockstep.proto.v1.GetHandoverResponse;
import io.lockstep.proto.v1.GetVolumeHistoryRequest;
import io.lockstep.proto.v1.GetVolumeHistoryResponse;
import io.lockstep.proto.v1.Handover;
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
