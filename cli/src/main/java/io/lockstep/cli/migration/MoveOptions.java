package io.lockstep.cli.migration;

import com.google.protobuf.util.Durations;
import io.lockstep.cli.ReasonOption;
import io.lockstep.cli.Surroundings;
import io.lockstep.proto.v1.StartMigrationRequest;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How domains are migrated: always live, and by libvirt's own peer-to-peer protocol. */
public final class MoveOptions {

    @Option(
            names = "--no-persistent",
            description =
                    "The target does not keep the definition; it does unless this is given, as with --persistent of virsh.")
    private boolean notPersistent;

    @Option(
            names = "--no-undefinesource",
            description =
                    "The source keeps the definition, too; it forgets it unless this is given, as with --undefinesource of virsh.")
    private boolean keepAtSource;

    @Option(names = "--bandwidth", paramLabel = "MIB/S", description = "How much one migration may use, in MiB/s.")
    private Optional<Long> bandwidth;

    @Option(
            names = "--auto-converge",
            description = "Slow a guest down that changes its memory faster than that is copied.")
    private boolean autoConverge;

    @Option(
            names = "--suspend-after",
            paramLabel = "TIME",
            description =
                    "Suspend a guest whose migration takes longer, so that it ends; it runs on the target. As --timeout of virsh.")
    private Optional<Duration> suspendAfter;

    @Option(
            names = "--abort-on-interrupt",
            description = "Ctrl-C cancels what is under way; without this it goes on, and only the watching ends.")
    private boolean abortOnInterrupt;

    @Mixin
    private ReasonOption reason;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    boolean abortOnInterrupt() {
        return abortOnInterrupt;
    }

    String reason() {
        return reason.text();
    }

    /** Before anything is asked. */
    void check() {
        if (bandwidth.filter(b -> b < 1).isPresent()) {
            throw new ParameterException(command.commandLine(), "--bandwidth is at least 1 MiB/s");
        }
        if (suspendAfter.filter(t -> !t.isPositive()).isPresent()) {
            throw new ParameterException(command.commandLine(), "--suspend-after is at least 1s");
        }
    }

    StartMigrationRequest request(Move move, String uri, Surroundings surroundings) {
        StartMigrationRequest.Builder request = StartMigrationRequest.newBuilder()
                .setDomainUuid(move.uuid())
                .setTarget(move.target())
                .setUri(uri)
                .setPersistent(!notPersistent)
                .setUndefineSource(!keepAtSource)
                .setAutoConverge(autoConverge)
                .setBandwidthMib(bandwidth.orElse(0L))
                .setReason(reason())
                .setRequestedBy(surroundings.user());
        suspendAfter.ifPresent(t -> request.setSuspendAfter(Durations.fromMillis(t.toMillis())));
        return request.build();
    }
}
