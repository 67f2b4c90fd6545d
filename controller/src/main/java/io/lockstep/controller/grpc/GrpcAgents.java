package io.lockstep.controller.grpc;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.lockstep.controller.host.Agents;
import io.lockstep.controller.host.Endpoint;
import io.lockstep.core.domain.HostName;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** Agents over gRPC: one connection each. */
public final class GrpcAgents implements Agents {

    /** A host with some thousand volumes sends about one megabyte. */
    private static final int LARGEST_INVENTORY = 64 * 1024 * 1024;

    private static final long KEEP_ALIVE_SECONDS = 10;
    private static final long KEEP_ALIVE_TIMEOUT_SECONDS = 5;

    private final ExecutorService threads;
    private final InstantSource clock;

    public GrpcAgents(ExecutorService threads, InstantSource clock) {
        this.threads = threads;
        this.clock = clock;
    }

    @Override
    public Agent dial(HostName host, Endpoint endpoint) {
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(endpoint.address(), endpoint.port())
                .usePlaintext()
                .executor(threads)
                .maxInboundMessageSize(LARGEST_INVENTORY)
                .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                // An agent that does not answer is asked again by whoever asked; nobody else may do that.
                .disableRetry();
        ManagedChannel channel = builder.build();
        return new GrpcAgent(channel, clock);
    }
}
