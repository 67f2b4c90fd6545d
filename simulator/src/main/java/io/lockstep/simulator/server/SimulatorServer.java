package io.lockstep.simulator.server;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.lockstep.simulator.Cluster;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;

/** Serves one cluster. It authenticates nobody: bind it to the loopback address. */
public final class SimulatorServer implements AutoCloseable {

    /** Where {@code ./lockstep virsh} looks when it is told nothing. */
    public static final int PORT = 17300;

    private final Server server;

    private SimulatorServer(Server server) {
        this.server = server;
    }

    /** @param address port 0 takes a free one */
    public static SimulatorServer start(Cluster cluster, InetSocketAddress address) throws IOException {
        return new SimulatorServer(NettyServerBuilder.forAddress(address)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .addService(new PlatformEndpoint(cluster))
                .addService(new ControlEndpoint(new Control(cluster)))
                .build()
                .start());
    }

    public int port() {
        return server.getPort();
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}
