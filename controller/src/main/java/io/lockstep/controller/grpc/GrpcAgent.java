package io.lockstep.controller.grpc;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.lockstep.controller.host.Agents.Agent;
import io.lockstep.controller.host.Agents.InventoryListener;
import io.lockstep.controller.host.Agents.Stream;
import io.lockstep.controller.host.CallLimit;
import io.lockstep.controller.host.Inventory;
import io.lockstep.controller.host.ShareAnswer;
import io.lockstep.controller.host.ShareOrder;
import io.lockstep.controller.host.WakeAnswer;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.SideProgress;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.v1.InventoryServiceGrpc;
import io.lockstep.proto.v1.ObserveRequest;
import io.lockstep.proto.v1.ParticipantServiceGrpc;
import io.lockstep.proto.v1.ParticipantServiceGrpc.ParticipantServiceFutureStub;
import io.lockstep.proto.v1.ShareRequest;
import io.lockstep.proto.v1.SuspendRequest;
import io.lockstep.proto.v1.SuspendResponse;
import io.lockstep.proto.v1.WakeRequest;
import io.lockstep.proto.v1.WakeResponse;
import io.lockstep.proto.v1.WatchInventoryRequest;
import io.lockstep.proto.v1.WatchInventoryResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** One agent over one connection. A call ends at its deadline, and when its caller has gone. */
final class GrpcAgent implements Agent {

    private static final Logger LOG = Logger.getLogger(GrpcAgent.class);

    private final ManagedChannel channel;
    private final InstantSource clock;

    GrpcAgent(ManagedChannel channel, InstantSource clock) {
        this.channel = channel;
        this.clock = clock;
    }

    @Override
    public ShareAnswer share(ShareOrder order, CallLimit limit) {
        ShareRequest request = ShareRequest.newBuilder()
                .setHandover(Protos.ref(order.id(), order.domain(), order.epoch()))
                .setDomainName(order.domainName())
                .setTarget(order.target().value())
                .addAllVolumes(Protos.volumes(order.volumes()))
                .build();
        try {
            return AgentMessages.share(call(limit, stub -> stub.share(request)));
        } catch (StatusRuntimeException e) {
            return new ShareAnswer.Silent(words(e.getStatus()));
        } catch (IllegalArgumentException e) {
            return new ShareAnswer.Silent("its answer makes no sense: " + e.getMessage());
        }
    }

    @Override
    public WakeAnswer wake(HandoverId id, DomainUuid domain, Epoch epoch, SideProgress peer, CallLimit limit) {
        WakeRequest request = WakeRequest.newBuilder()
                .setHandover(Protos.ref(id, domain, epoch))
                .setPeerProgress(Protos.progress(peer))
                .build();
        try {
            WakeResponse response = call(limit, stub -> stub.wake(request));
            return response.hasReport()
                    ? new WakeAnswer.Report(AgentMessages.report(response.getReport()))
                    : new WakeAnswer.NotOpen();
        } catch (StatusRuntimeException e) {
            return new WakeAnswer.Silent(words(e.getStatus()));
        } catch (IllegalArgumentException e) {
            return new WakeAnswer.Silent("its answer makes no sense: " + e.getMessage());
        }
    }

    @Override
    public OwnDomain observe(DomainUuid domain, CallLimit limit) {
        ObserveRequest request =
                ObserveRequest.newBuilder().setDomainUuid(domain.toString()).build();
        try {
            return Protos.own(call(limit, stub -> stub.observe(request)).getOwn());
        } catch (StatusRuntimeException e) {
            LOG.debugf(
                    "domain %s could not be looked at through %s: %s",
                    domain, channel.authority(), words(e.getStatus()));
            return OwnDomain.UNKNOWN;
        }
    }

    @Override
    public Optional<String> suspend(DomainUuid domain, String asked, CallLimit limit) {
        SuspendRequest request = SuspendRequest.newBuilder()
                .setDomainUuid(domain.toString())
                .setReason(asked)
                .build();
        try {
            SuspendResponse response = call(limit, stub -> stub.suspend(request));
            return response.getSuspended() ? Optional.empty() : Optional.of(response.getReason());
        } catch (StatusRuntimeException e) {
            return Optional.of(words(e.getStatus()) + "; it may have been suspended all the same");
        }
    }

    /** @throws StatusRuntimeException for whatever is no answer */
    private <T> T call(CallLimit limit, Function<ParticipantServiceFutureStub, ListenableFuture<T>> what) {
        // A real attempt, also when the last one has just failed.
        channel.resetConnectBackoff();
        long left = Duration.between(clock.instant(), limit.deadline()).toMillis();
        ListenableFuture<T> answer = what.apply(ParticipantServiceGrpc.newFutureStub(channel)
                .withDeadline(Deadline.after(Math.max(1, left), TimeUnit.MILLISECONDS)));
        limit.cancellation().onCancel(() -> answer.cancel(true));
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw Status.fromThrowable(e).asRuntimeException();
        } catch (CancellationException e) {
            throw Status.CANCELLED.withCause(e).asRuntimeException();
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw Status.CANCELLED.withCause(e).asRuntimeException();
        }
    }

    @Override
    public Stream watch(InventoryListener listener) {
        // An agent that has just come back is not to wait for the connection's own back-off.
        channel.resetConnectBackoff();
        Watch watch = new Watch(listener);
        InventoryServiceGrpc.newStub(channel).watchInventory(WatchInventoryRequest.getDefaultInstance(), watch);
        return watch;
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    private static String words(Status status) {
        return switch (status.getCode()) {
            case DEADLINE_EXCEEDED -> "no answer within the time for it";
            case CANCELLED -> "the call was cancelled";
            case UNAVAILABLE ->
                "its agent cannot be reached" + (because(status).isEmpty() ? "" : ": " + because(status));
            default -> status.getCode() + (because(status).isEmpty() ? "" : ": " + because(status));
        };
    }

    private static String because(Status status) {
        String description = status.getDescription() == null ? "" : status.getDescription();
        String cause = status.getCause() == null || status.getCause().getMessage() == null
                ? ""
                : status.getCause().getMessage();
        return description.isEmpty() || cause.isEmpty() ? description + cause : description + ", " + cause;
    }

    private static final class Watch
            implements Stream, ClientResponseObserver<WatchInventoryRequest, WatchInventoryResponse> {

        private final InventoryListener listener;
        private @Nullable ClientCallStreamObserver<WatchInventoryRequest> call;
        private @Nullable Inventory last;

        Watch(InventoryListener listener) {
            this.listener = listener;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<WatchInventoryRequest> stream) {
            call = stream;
        }

        @Override
        public void onNext(WatchInventoryResponse response) {
            Inventory inventory;
            try {
                inventory = AgentMessages.inventory(response.getInventory(), last);
                last = inventory;
            } catch (IllegalArgumentException e) {
                listener.ended("its inventory makes no sense: " + e.getMessage());
                cancel();
                return;
            }
            listener.inventory(inventory);
        }

        @Override
        public void onError(Throwable error) {
            listener.ended(words(Status.fromThrowable(error)));
        }

        @Override
        public void onCompleted() {
            listener.ended("its agent ended the stream, as it does when it stops");
        }

        @Override
        public void cancel() {
            ClientCallStreamObserver<WatchInventoryRequest> running = call;
            if (running != null) {
                running.cancel("the controller watches no longer", null);
            }
        }
    }
}
