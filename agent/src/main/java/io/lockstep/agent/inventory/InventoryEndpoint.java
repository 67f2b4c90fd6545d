package io.lockstep.agent.inventory;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.lockstep.agent.Agent;
import io.lockstep.agent.config.AgentConfig;
import io.lockstep.proto.v1.GetInventoryRequest;
import io.lockstep.proto.v1.GetInventoryResponse;
import io.lockstep.proto.v1.Inventory;
import io.lockstep.proto.v1.InventoryServiceGrpc;
import io.lockstep.proto.v1.WatchInventoryRequest;
import io.lockstep.proto.v1.WatchInventoryResponse;
import io.quarkus.grpc.GrpcService;
import io.smallrye.common.annotation.RunOnVirtualThread;
import java.time.Duration;
import java.time.InstantSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** {@code InventoryService}: what this host knows of itself. */
@GrpcService
public class InventoryEndpoint extends InventoryServiceGrpc.InventoryServiceImplBase {

    /** An inventory without news: its absence for a few of these makes a controller call the host unknown. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(2);

    private final Agent agent;
    private final AgentConfig config;
    private final String version;
    private final InstantSource clock = InstantSource.system();

    InventoryEndpoint(
            Agent agent,
            AgentConfig config,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.agent = agent;
        this.config = config;
        this.version = version;
    }

    @Override
    @RunOnVirtualThread
    public void getInventory(GetInventoryRequest request, StreamObserver<GetInventoryResponse> answer) {
        answer.onNext(
                GetInventoryResponse.newBuilder().setInventory(inventory()).build());
        answer.onCompleted();
    }

    private Inventory inventory() {
        return AgentProtos.inventory(agent, version, config.enforcement(), clock.instant());
    }

    @Override
    @RunOnVirtualThread
    public void watchInventory(WatchInventoryRequest request, StreamObserver<WatchInventoryResponse> answer) {
        ServerCallStreamObserver<WatchInventoryResponse> stream =
                (ServerCallStreamObserver<WatchInventoryResponse>) answer;
        Thread.ofVirtual().name("inventory-stream").start(() -> stream(stream));
    }

    private void stream(ServerCallStreamObserver<WatchInventoryResponse> stream) {
        try {
            while (!stream.isCancelled()) {
                long revision = agent.changes().revision();
                if (stream.isReady()) {
                    stream.onNext(WatchInventoryResponse.newBuilder()
                            .setInventory(inventory())
                            .build());
                }
                agent.changes().await(revision, HEARTBEAT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IllegalStateException e) {
            // The watcher went away between the check and the message; there is nobody left to tell.
            Thread.currentThread().interrupt();
        }
    }
}
