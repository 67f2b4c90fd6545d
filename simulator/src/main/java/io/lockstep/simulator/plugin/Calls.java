package io.lockstep.simulator.plugin;

import io.grpc.ManagedChannel;
import io.lockstep.simulator.v1.PlatformServiceGrpc;
import io.lockstep.simulator.v1.PlatformServiceGrpc.PlatformServiceBlockingStub;
import java.time.Duration;

/** Calls that end: each one has a deadline. */
final class Calls {

    private final ManagedChannel channel;

    Calls(ManagedChannel channel) {
        this.channel = channel;
    }

    PlatformServiceBlockingStub within(Duration limit) {
        return PlatformServiceGrpc.newBlockingStub(channel).withDeadlineAfter(limit);
    }

    /** For the one call that lasts as long as its caller. */
    PlatformServiceBlockingStub forever() {
        return PlatformServiceGrpc.newBlockingStub(channel);
    }
}
