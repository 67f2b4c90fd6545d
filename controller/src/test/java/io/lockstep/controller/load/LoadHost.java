package io.lockstep.controller.load;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.lockstep.proto.v1.AlreadyOpen;
import io.lockstep.proto.v1.Claim;
import io.lockstep.proto.v1.Domain;
import io.lockstep.proto.v1.HandoverRef;
import io.lockstep.proto.v1.Inventory;
import io.lockstep.proto.v1.InventoryServiceGrpc;
import io.lockstep.proto.v1.LockMode;
import io.lockstep.proto.v1.NotHere;
import io.lockstep.proto.v1.ObserveRequest;
import io.lockstep.proto.v1.ObserveResponse;
import io.lockstep.proto.v1.OwnDomain;
import io.lockstep.proto.v1.ParticipantServiceGrpc;
import io.lockstep.proto.v1.ShareRequest;
import io.lockstep.proto.v1.ShareResponse;
import io.lockstep.proto.v1.Shared;
import io.lockstep.proto.v1.Side;
import io.lockstep.proto.v1.SideProgress;
import io.lockstep.proto.v1.SideReport;
import io.lockstep.proto.v1.SideStep;
import io.lockstep.proto.v1.StaleEpoch;
import io.lockstep.proto.v1.VolumeLock;
import io.lockstep.proto.v1.WakeRequest;
import io.lockstep.proto.v1.WakeResponse;
import io.lockstep.proto.v1.WatchInventoryRequest;
import io.lockstep.proto.v1.WatchInventoryResponse;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A host as a controller sees it: domains with volumes and locks, an inventory, and answers that take no time. */
final class LoadHost implements AutoCloseable {

    final String name;
    private final Map<String, LoadDomain> domains = new ConcurrentHashMap<>();
    private final Map<String, SideReport> handovers = new ConcurrentHashMap<>();
    /** By domain: what is open here as a source, and the highest epoch that was ever opened. */
    private final Map<String, HandoverRef> sharing = new ConcurrentHashMap<>();

    private final Map<String, Long> epochs = new ConcurrentHashMap<>();
    /** All that this host has opened as a source, in order. */
    final List<HandoverRef> opened = new CopyOnWriteArrayList<>();

    private final List<StreamObserver<WatchInventoryResponse>> streams = new ArrayList<>();
    private final Server server;

    /** @param loops shared by all hosts, as they are many */
    LoadHost(String name, EventLoopGroup loops, Executor executor) throws IOException {
        this.name = name;
        this.server = NettyServerBuilder.forPort(0)
                .bossEventLoopGroup(loops)
                .workerEventLoopGroup(loops)
                .channelType(NioServerSocketChannel.class)
                .executor(executor)
                .permitKeepAliveTime(1, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .addService(new Participant())
                .addService(new Inventories())
                .build()
                .start();
    }

    String endpoint() {
        return "127.0.0.1:" + server.getPort();
    }

    void runs(LoadDomain domain) {
        domains.put(domain.uuid(), domain);
    }

    boolean has(LoadDomain domain) {
        return domains.containsKey(domain.uuid());
    }

    void runsNoLonger(LoadDomain domain) {
        domains.remove(domain.uuid());
        sharing.remove(domain.uuid());
    }

    /** What this side says of a handover from now on. */
    SideReport reports(HandoverRef handover, LoadDomain domain, Side side, String peer, SideProgress progress) {
        SideStep step = SideStep.newBuilder()
                .setAt(io.lockstep.proto.convert.Protos.time(Instant.now()))
                .setProgress(progress)
                .setOwn(own(domain.uuid()))
                .build();
        SideReport before = handovers.getOrDefault(handover.getId(), SideReport.getDefaultInstance());
        SideReport report = SideReport.newBuilder()
                .addAllSteps(before.getStepsList())
                .addSteps(step)
                .setHandover(handover)
                .setDomainName(domain.name())
                .setSide(side)
                .setHost(name)
                .setPeer(peer)
                .addAllVolumes(domain.volumes())
                .setProgress(progress)
                .setOwn(own(domain.uuid()))
                .setOpenedAt(io.lockstep.proto.convert.Protos.time(Instant.now()))
                .setReportedAt(io.lockstep.proto.convert.Protos.time(Instant.now()))
                .build();
        handovers.put(handover.getId(), report);
        return report;
    }

    private OwnDomain own(String domain) {
        return domains.containsKey(domain) ? OwnDomain.OWN_DOMAIN_ACTIVE : OwnDomain.OWN_DOMAIN_ABSENT;
    }

    void forgets(HandoverRef handover) {
        handovers.remove(handover.getId());
    }

    /** The whole inventory to whoever watches, as agents send it after each change and every few seconds. */
    void sends() {
        synchronized (streams) {
            if (streams.isEmpty()) {
                return;
            }
            // Made under the lock: an older one must not come after a newer one.
            WatchInventoryResponse message = message();
            streams.removeIf(stream -> !sent(stream, message));
        }
    }

    private static boolean sent(StreamObserver<WatchInventoryResponse> stream, WatchInventoryResponse message) {
        try {
            stream.onNext(message);
            return true;
        } catch (RuntimeException gone) {
            return false;
        }
    }

    private WatchInventoryResponse message() {
        return WatchInventoryResponse.newBuilder().setInventory(inventory()).build();
    }

    private Inventory inventory() {
        Inventory.Builder inventory = Inventory.newBuilder()
                .setHost(name)
                .setBootId("boot-1")
                .setVersion("load")
                .setAt(io.lockstep.proto.convert.Protos.time(Instant.now()))
                .setEnforcement("enforce")
                .setHypervisorAnswers(true);
        domains.values().forEach(domain -> {
            inventory.addDomains(Domain.newBuilder()
                    .setUuid(domain.uuid())
                    .setName(domain.name())
                    .setState("running (booted)")
                    .setOwn(OwnDomain.OWN_DOMAIN_ACTIVE));
            domain.volumes()
                    .forEach(volume -> inventory
                            .addLocks(VolumeLock.newBuilder()
                                    .setVolume(volume)
                                    .setMode(LockMode.LOCK_MODE_EXCLUSIVE)
                                    .setActive(true)
                                    .setOpen(true))
                            .addClaims(Claim.newBuilder()
                                    .setDomainUuid(domain.uuid())
                                    .setDomainName(domain.name())
                                    .setVolume(volume)
                                    .setMode(LockMode.LOCK_MODE_EXCLUSIVE)));
        });
        return inventory
                .addAllHandovers(handovers.values())
                .putAllEpochs(epochs)
                .build();
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    private final class Inventories extends InventoryServiceGrpc.InventoryServiceImplBase {
        @Override
        public void watchInventory(WatchInventoryRequest request, StreamObserver<WatchInventoryResponse> observer) {
            synchronized (streams) {
                observer.onNext(message());
                streams.add(observer);
            }
        }
    }

    private final class Participant extends ParticipantServiceGrpc.ParticipantServiceImplBase {
        @Override
        public void share(ShareRequest request, StreamObserver<ShareResponse> observer) {
            observer.onNext(shared(request));
            observer.onCompleted();
        }

        /** As an agent decides it, see {@code ShareRules}. */
        private synchronized ShareResponse shared(ShareRequest request) {
            HandoverRef asked = request.getHandover();
            String uuid = asked.getDomainUuid();
            HandoverRef open = sharing.get(uuid);
            ShareResponse.Builder response = ShareResponse.newBuilder();
            if (open != null && !open.getId().equals(asked.getId())) {
                return response.setAlreadyOpen(AlreadyOpen.newBuilder().setHandover(handovers.get(open.getId())))
                        .build();
            }
            LoadDomain domain = domains.get(uuid);
            if (domain == null) {
                return response.setNotHere(NotHere.getDefaultInstance()).build();
            }
            long highest = epochs.getOrDefault(uuid, 0L);
            if (open == null) {
                if (asked.getEpoch() <= highest) {
                    return response.setStaleEpoch(StaleEpoch.newBuilder().setHighest(highest))
                            .build();
                }
                open = asked;
                sharing.put(uuid, asked);
                epochs.put(uuid, asked.getEpoch());
                opened.add(asked);
                reports(asked, domain, Side.SIDE_SOURCE, request.getTarget(), SideProgress.SIDE_PROGRESS_SHARED);
            }
            return response.setShared(
                            Shared.newBuilder().setEpoch(open.getEpoch()).addAllVolumes(request.getVolumesList()))
                    .build();
        }

        @Override
        public void wake(WakeRequest request, StreamObserver<WakeResponse> observer) {
            WakeResponse.Builder response = WakeResponse.newBuilder();
            @Nullable SideReport report = handovers.get(request.getHandover().getId());
            if (report != null) {
                response.setReport(report);
            }
            observer.onNext(response.build());
            observer.onCompleted();
        }

        @Override
        public void observe(ObserveRequest request, StreamObserver<ObserveResponse> observer) {
            observer.onNext(ObserveResponse.newBuilder()
                    .setOwn(
                            domains.containsKey(request.getDomainUuid())
                                    ? OwnDomain.OWN_DOMAIN_ACTIVE
                                    : OwnDomain.OWN_DOMAIN_ABSENT)
                    .build());
            observer.onCompleted();
        }
    }
}
