package io.lockstep.agent.controller;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.lockstep.proto.v1.BeginRequest;
import io.lockstep.proto.v1.BeginResponse;
import io.lockstep.proto.v1.FindHoldersRequest;
import io.lockstep.proto.v1.FindHoldersResponse;
import io.lockstep.proto.v1.HandoverRef;
import io.lockstep.proto.v1.HandoverServiceGrpc;
import io.lockstep.proto.v1.HostServiceGrpc;
import io.lockstep.proto.v1.Opened;
import io.lockstep.proto.v1.RegisterHostRequest;
import io.lockstep.proto.v1.RegisterHostResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A controller on a real port. It opens what it is asked for, unless the test says otherwise. */
final class FakeController implements AutoCloseable {

    final List<BeginRequest> begins = new CopyOnWriteArrayList<>();
    final List<RegisterHostRequest> registrations = new CopyOnWriteArrayList<>();
    final List<FindHoldersRequest> asked = new CopyOnWriteArrayList<>();

    /** Instead of an answer. */
    volatile Answer answer = Answer.OPENED;

    final int port;
    private final Server server;

    enum Answer {
        OPENED,
        REFUSED,
        /** None, however long one waits. */
        NEVER,
        UNAVAILABLE,
        /** An error of its own, and what gRPC makes of a connection that it ends in disorder. */
        INTERNAL,
        /** The same, once. */
        INTERNAL_ONCE,
        INVALID_ARGUMENT
    }

    FakeController() throws IOException {
        this(0);
    }

    /** @param port of one that was there before */
    FakeController(int port) throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .permitKeepAliveTime(1, TimeUnit.SECONDS)
                .addService(new Handovers())
                .addService(new Hosts())
                .build()
                .start();
        this.port = server.getPort();
    }

    String endpoint() {
        return "127.0.0.1:" + port;
    }

    /** As when its process is killed: its connections end. */
    @Override
    public void close() {
        try {
            server.shutdownNow().awaitTermination();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private <Q, A> void answer(Q request, StreamObserver<A> observer, Function<Q, A> ordinary) {
        switch (answer) {
            case OPENED, REFUSED -> {
                observer.onNext(ordinary.apply(request));
                observer.onCompleted();
            }
            case NEVER -> {}
            case UNAVAILABLE -> observer.onError(Status.UNAVAILABLE.asRuntimeException());
            case INTERNAL -> observer.onError(Status.INTERNAL.asRuntimeException());
            case INTERNAL_ONCE -> {
                answer = Answer.OPENED;
                observer.onError(Status.INTERNAL.asRuntimeException());
            }
            case INVALID_ARGUMENT ->
                observer.onError(Status.INVALID_ARGUMENT
                        .withDescription("domain_name is empty")
                        .asRuntimeException());
        }
    }

    private final class Handovers extends HandoverServiceGrpc.HandoverServiceImplBase {
        @Override
        public void begin(BeginRequest request, StreamObserver<BeginResponse> observer) {
            begins.add(request);
            answer(request, observer, this::outcome);
        }

        private BeginResponse outcome(BeginRequest request) {
            BeginResponse.Builder response = BeginResponse.newBuilder();
            if (answer == Answer.REFUSED) {
                response.getRefusedBuilder().setReason("hv-a refuses to share");
            } else {
                response.setOpened(Opened.newBuilder()
                        .setHandover(HandoverRef.newBuilder()
                                .setId(request.getHandoverId())
                                .setDomainUuid(request.getDomainUuid())
                                .setEpoch(request.getHighestEpoch() + 1))
                        .setSource("hv-a")
                        .addAllShared(request.getVolumesList()));
            }
            return response.build();
        }
    }

    private final class Hosts extends HostServiceGrpc.HostServiceImplBase {
        @Override
        public void registerHost(RegisterHostRequest request, StreamObserver<RegisterHostResponse> observer) {
            registrations.add(request);
            answer(request, observer, _ -> RegisterHostResponse.getDefaultInstance());
        }

        @Override
        public void findHolders(FindHoldersRequest request, StreamObserver<FindHoldersResponse> observer) {
            asked.add(request);
            answer(request, observer, _ -> FindHoldersResponse.getDefaultInstance());
        }
    }
}
