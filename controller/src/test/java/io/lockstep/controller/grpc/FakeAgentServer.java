package io.lockstep.controller.grpc;

import io.grpc.Context;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.lockstep.proto.v1.Domain;
import io.lockstep.proto.v1.Inventory;
import io.lockstep.proto.v1.InventoryServiceGrpc;
import io.lockstep.proto.v1.ObserveRequest;
import io.lockstep.proto.v1.ObserveResponse;
import io.lockstep.proto.v1.OwnDomain;
import io.lockstep.proto.v1.ParticipantServiceGrpc;
import io.lockstep.proto.v1.ShareRequest;
import io.lockstep.proto.v1.ShareResponse;
import io.lockstep.proto.v1.Shared;
import io.lockstep.proto.v1.SideReport;
import io.lockstep.proto.v1.SuspendRequest;
import io.lockstep.proto.v1.SuspendResponse;
import io.lockstep.proto.v1.WakeRequest;
import io.lockstep.proto.v1.WakeResponse;
import io.lockstep.proto.v1.WatchInventoryRequest;
import io.lockstep.proto.v1.WatchInventoryResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** An agent on a real port. What it shows is set by the test; it sends its inventory several times a second. */
final class FakeAgentServer implements AutoCloseable {

    final String host;
    final Map<String, OwnDomain> domains = new ConcurrentHashMap<>();
    final Map<String, SideReport> handovers = new ConcurrentHashMap<>();
    final List<ShareRequest> shares = new CopyOnWriteArrayList<>();
    final List<WakeRequest> wakes = new CopyOnWriteArrayList<>();
    final List<SuspendRequest> suspends = new CopyOnWriteArrayList<>();
    final CountDownLatch shareCancelled = new CountDownLatch(1);
    volatile boolean answersShares = true;
    volatile Function<ShareRequest, ShareResponse> onShare = request -> ShareResponse.newBuilder()
            .setShared(Shared.newBuilder().addAllVolumes(request.getVolumesList()))
            .build();

    private final List<StreamObserver<WatchInventoryResponse>> streams = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService heart = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().factory());
    private final ScheduledFuture<?> beat;
    private final Server server;

    FakeAgentServer(String host) throws IOException {
        this.host = host;
        this.server = NettyServerBuilder.forPort(0)
                .permitKeepAliveTime(1, TimeUnit.SECONDS)
                .addService(new Participant())
                .addService(new Inventories())
                .build()
                .start();
        beat = heart.scheduleAtFixedRate(this::sends, 100, 100, TimeUnit.MILLISECONDS);
    }

    String endpoint() {
        return "localhost:" + server.getPort();
    }

    private void sends() {
        WatchInventoryResponse message =
                WatchInventoryResponse.newBuilder().setInventory(inventory()).build();
        streams.removeIf(s -> !sent(s, message));
    }

    private static boolean sent(StreamObserver<WatchInventoryResponse> stream, WatchInventoryResponse message) {
        try {
            stream.onNext(message);
            return true;
        } catch (RuntimeException gone) {
            return false;
        }
    }

    private Inventory inventory() {
        Inventory.Builder inventory = Inventory.newBuilder()
                .setHost(host)
                .setBootId("boot-1")
                .setVersion("0.1")
                .setHypervisorAnswers(true);
        domains.forEach((uuid, own) -> inventory.addDomains(
                Domain.newBuilder().setUuid(uuid).setName("web").setOwn(own)));
        inventory.addAllHandovers(handovers.values());
        return inventory.build();
    }

    @Override
    public void close() {
        beat.cancel(false);
        heart.shutdown();
        server.shutdownNow();
    }

    private final class Inventories extends InventoryServiceGrpc.InventoryServiceImplBase {
        @Override
        public void watchInventory(WatchInventoryRequest request, StreamObserver<WatchInventoryResponse> observer) {
            streams.add(observer);
        }
    }

    private final class Participant extends ParticipantServiceGrpc.ParticipantServiceImplBase {
        @Override
        public void share(ShareRequest request, StreamObserver<ShareResponse> observer) {
            shares.add(request);
            if (!answersShares) {
                Context.current().addListener(c -> shareCancelled.countDown(), Runnable::run);
                return;
            }
            observer.onNext(onShare.apply(request));
            observer.onCompleted();
        }

        @Override
        public void wake(WakeRequest request, StreamObserver<WakeResponse> observer) {
            wakes.add(request);
            WakeResponse.Builder response = WakeResponse.newBuilder();
            SideReport report = handovers.get(request.getHandover().getId());
            if (report != null) {
                response.setReport(report);
            }
            observer.onNext(response.build());
            observer.onCompleted();
        }

        @Override
        public void suspend(SuspendRequest request, StreamObserver<SuspendResponse> observer) {
            suspends.add(request);
            observer.onNext(SuspendResponse.newBuilder().setSuspended(true).build());
            observer.onCompleted();
        }

        @Override
        public void observe(ObserveRequest request, StreamObserver<ObserveResponse> observer) {
            observer.onNext(ObserveResponse.newBuilder()
                    .setOwn(domains.getOrDefault(request.getDomainUuid(), OwnDomain.OWN_DOMAIN_ABSENT))
                    .build());
            observer.onCompleted();
        }
    }
}
