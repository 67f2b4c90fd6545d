package io.lockstep.agent.endpoint;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.lockstep.agent.Agent;
import io.lockstep.agent.config.AgentConfig;
import io.lockstep.agent.config.Background;
import io.lockstep.agent.config.MigrateUri;
import io.lockstep.proto.v1.GetInventoryRequest;
import io.lockstep.proto.v1.GetInventoryResponse;
import io.lockstep.proto.v1.Inventory;
import io.lockstep.proto.v1.InventoryServiceGrpc;
import io.lockstep.proto.v1.WatchInventoryRequest;
import io.lockstep.proto.v1.WatchInventoryResponse;
import io.lockstep.service.grpc.Answers;
import io.quarkus.grpc.GrpcService;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** {@code InventoryService}: what this host knows of itself. */
@GrpcService
public class InventoryEndpoint extends InventoryServiceGrpc.InventoryServiceImplBase {

    /** An inventory without news: its absence for a few of these makes a controller call the host unknown. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(2);

    private final Agent agent;
    private final AgentConfig config;
    private final String version;
    private final String migrateUri;
    private final Answers answers;
    private final InstantSource clock = InstantSource.system();

    InventoryEndpoint(
            Agent agent,
            AgentConfig config,
            @Background ExecutorService threads,
            @ConfigProperty(name = "quarkus.application.version") String version,
            @MigrateUri String migrateUri) {
        this.agent = agent;
        this.config = config;
        this.version = version;
        this.migrateUri = migrateUri;
        this.answers = new Answers(threads);
    }

    @Override
    public void getInventory(GetInventoryRequest request, StreamObserver<GetInventoryResponse> answer) {
        answers.one(
                answer,
                () -> GetInventoryResponse.newBuilder()
                        .setInventory(inventory())
                        .build());
    }

    private Inventory inventory() {
        return AgentProtos.inventory(agent, version, config.enforcement(), clock.instant()).toBuilder()
                .setMigrateUri(migrateUri)
                .build();
    }

    @Override
    public void watchInventory(WatchInventoryRequest request, StreamObserver<WatchInventoryResponse> answer) {
        ServerCallStreamObserver<WatchInventoryResponse> stream =
                (ServerCallStreamObserver<WatchInventoryResponse>) answer;
        stream.setOnCancelHandler(agent.changes()::happened);
        answers.run(answer, () -> stream(stream));
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
        }
    }
}
