package io.lockstep.cli.migration;

import io.lockstep.cli.CommandFailure;
import io.lockstep.cli.ExitStatus;
import io.lockstep.cli.StandardOptions;
import io.lockstep.cli.Surroundings;
import io.lockstep.cli.connection.Cluster;
import io.lockstep.cli.connection.ControllerOptions;
import io.lockstep.cli.host.Place;
import io.lockstep.cli.output.OutputOptions;
import io.lockstep.cli.output.Printer;
import io.lockstep.core.domain.HostName;
import io.lockstep.proto.v1.Host;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Moves one domain. */
@Command(
        name = "migrate",
        description = {
            "Migrate a running domain live to another host, and show how far it is.",
            "libvirt does it, daemon to daemon, started through the agent of the domain's host. What is known to fail is"
                    + " refused before. After Ctrl-C the migration goes on, and the same command takes it up again."
        })
public final class MigrateCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    StandardOptions standard;

    @Mixin
    private OutputOptions output;

    @Mixin
    private ControllerOptions connection;

    @Mixin
    private MoveOptions options;

    @Parameters(paramLabel = "DOMAIN", description = "The domain that runs, by name or UUID.")
    private String domain;

    @Option(names = "--to", required = true, paramLabel = "HOST", description = "The host that it is to run on.")
    private HostName to;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description = "The host that runs it. Unless given, the one on which the domain is active.")
    private Optional<HostName> from;

    public MigrateCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        options.check();
        Printer printer = output.printer(surroundings);
        try (Cluster cluster = connection.openPatiently(surroundings)) {
            List<Host> hosts = cluster.hosts();
            Host target = Cluster.named(hosts, to);
            Place place =
                    Place.of(hosts, from, domain, "; a domain that is shut off is moved with virsh migrate --offline");
            Place.requireFresh(place.host());
            List<Move> moves = new Plan(place.host(), List.of(target))
                    .of(cluster.checkMigrations(place.host(), List.of(uuid(place))));
            boolean ended = new Mover(
                            cluster,
                            surroundings,
                            place.host(),
                            hosts,
                            options,
                            new Display(printer, surroundings.terminal()))
                    .run(moves, 1, false);
            if (!ended) {
                return ExitStatus.NO_ANSWER.code();
            }
            Summary.print(moves, "", printer);
            return Summary.status(moves).code();
        }
    }

    private String uuid(Place place) {
        if (place.known()) {
            return place.domain();
        }
        throw new CommandFailure(
                ExitStatus.NO,
                "domain " + domain + " does not run on " + place.host().getName()
                        + ": lockstepctl domains shows where it does");
    }
}
