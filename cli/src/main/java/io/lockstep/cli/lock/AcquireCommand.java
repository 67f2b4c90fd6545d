package io.lockstep.cli.lock;

import io.lockstep.cli.StandardOptions;
import io.lockstep.cli.Surroundings;
import io.lockstep.cli.connection.AgentOptions;
import io.lockstep.cli.connection.Cluster;
import io.lockstep.cli.output.OutputOptions;
import io.lockstep.cli.output.Printer;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.volume.LockMode;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.v1.AcquireLocksRequest;
import io.lockstep.proto.v1.Host;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Takes locks by hand. The agent refuses volumes that a domain claims. */
@Command(
        name = "acquire",
        description = {
            "Take locks on a host by hand, and activate the volumes there.",
            "Domains need no such thing: their locks follow them. Give the locks back with release."
        })
public final class AcquireCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    StandardOptions standard;

    @Mixin
    private OutputOptions output;

    @Mixin
    private AgentOptions connection;

    @Mixin
    private ChangeOptions change;

    @Option(
            names = "--mode",
            required = true,
            paramLabel = "exclusive|shared",
            description = "The mode: exclusive keeps every other host out.")
    private LockMode mode;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description = "The host that is to hold them; required without --agent.")
    private Optional<HostName> host;

    @Spec
    private CommandSpec spec;

    public AcquireCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        if (host.isPresent() == connection.oneAgent()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "say where: --host HOST, or --agent HOST:PORT without a controller, but not both");
        }
        Printer printer = output.printer(surroundings);
        try (Cluster cluster = connection.openPatiently(surroundings)) {
            Host at = cluster.host(host);
            return Outcome.print(
                            Outcome.of(
                                    at.getName(),
                                    cluster.acquire(
                                            at,
                                            AcquireLocksRequest.newBuilder()
                                                    .addAllVolumes(change.volumes())
                                                    .setMode(Protos.mode(mode))
                                                    .setReason(change.reason())
                                                    .setRequestedBy(surroundings.user())
                                                    .build())),
                            printer)
                    .code();
        }
    }
}
