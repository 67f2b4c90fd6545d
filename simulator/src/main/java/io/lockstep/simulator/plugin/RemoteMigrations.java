package io.lockstep.simulator.plugin;

import io.grpc.StatusRuntimeException;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.port.Migrations;
import io.lockstep.simulator.v1.AbortMigrationRequest;
import io.lockstep.simulator.v1.MigrateDomainRequest;
import io.lockstep.simulator.v1.ReadMigrationRequest;
import io.lockstep.simulator.wire.Wire;
import java.time.Duration;
import java.util.Optional;

/** Migrations away from a simulated host. When the simulator is gone, nobody knows what became of them. */
final class RemoteMigrations implements Migrations {

    private static final Duration MOVE = Duration.ofHours(1);
    private static final Duration LOOK = Duration.ofSeconds(10);

    private final Calls calls;
    private final String host;

    RemoteMigrations(Calls calls, String host) {
        this.calls = calls;
        this.host = host;
    }

    @Override
    public Ended migrate(Order order) {
        try {
            return Wire.ended(calls.within(MOVE)
                    .migrateDomain(MigrateDomainRequest.newBuilder()
                            .setHost(host)
                            .setUuid(order.domain().toString())
                            .setUri(order.uri())
                            .setPersistent(order.persistent())
                            .setUndefineSource(order.undefineSource())
                            .build()));
        } catch (StatusRuntimeException e) {
            return new Ended.Unknown("the simulator does not answer: " + e.getStatus());
        }
    }

    @Override
    public Optional<Copied> copied(DomainUuid domain) {
        try {
            return Wire.copied(calls.within(LOOK)
                    .readMigration(ReadMigrationRequest.newBuilder()
                            .setHost(host)
                            .setUuid(domain.toString())
                            .build()));
        } catch (StatusRuntimeException e) {
            return Optional.empty();
        }
    }

    @Override
    public boolean abort(DomainUuid domain) {
        try {
            return calls.within(LOOK)
                    .abortMigration(AbortMigrationRequest.newBuilder()
                            .setHost(host)
                            .setUuid(domain.toString())
                            .build())
                    .getAborted();
        } catch (StatusRuntimeException e) {
            return false;
        }
    }
}
