package io.lockstep.simulator.plugin;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.lockstep.core.port.Definitions;
import io.lockstep.core.port.HostPlatform;
import io.lockstep.core.port.Hypervisor;
import io.lockstep.core.port.LockManager;
import io.lockstep.core.port.Migrations;
import io.lockstep.simulator.v1.GetHostRequest;
import java.net.InetSocketAddress;
import java.time.Duration;

/** One channel to the simulator, and what comes through it. */
final class RemotePlatform implements HostPlatform {

    private static final Duration BOOT_ID_LIMIT = Duration.ofSeconds(10);

    /** A volume group of many thousand volumes fits. */
    private static final int LARGEST_MESSAGE = 64 << 20;

    private final String host;
    private final ManagedChannel channel;
    private final Calls calls;
    private final RemoteLockManager lockManager;
    private final RemoteHypervisor hypervisor;
    private final RemoteDefinitions definitions;
    private final RemoteMigrations migrations;

    RemotePlatform(InetSocketAddress address, String host) {
        channel = NettyChannelBuilder.forAddress(address)
                .usePlaintext()
                .maxInboundMessageSize(LARGEST_MESSAGE)
                .build();
        calls = new Calls(channel);
        lockManager = new RemoteLockManager(calls, host);
        hypervisor = new RemoteHypervisor(calls, host);
        definitions = new RemoteDefinitions(calls, host);
        migrations = new RemoteMigrations(calls, host);
        this.host = host;
    }

    @Override
    public LockManager lockManager() {
        return lockManager;
    }

    @Override
    public Hypervisor hypervisor() {
        return hypervisor;
    }

    @Override
    public Definitions definitions() {
        return definitions;
    }

    @Override
    public Migrations migrations() {
        return migrations;
    }

    @Override
    public String bootId() {
        try {
            return calls.within(BOOT_ID_LIMIT)
                    .getHost(GetHostRequest.newBuilder().setHost(host).build())
                    .getBootId();
        } catch (StatusRuntimeException e) {
            throw new IllegalStateException("the simulator does not answer: " + e.getStatus(), e);
        }
    }

    @Override
    public void close() {
        hypervisor.close();
        channel.shutdownNow();
    }
}
