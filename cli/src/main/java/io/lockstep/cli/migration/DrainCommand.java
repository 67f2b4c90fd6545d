package io.lockstep.cli.migration;

import io.lockstep.cli.CommandFailure;
import io.lockstep.cli.ExitStatus;
import io.lockstep.cli.StandardOptions;
import io.lockstep.cli.Surroundings;
import io.lockstep.cli.connection.Cluster;
import io.lockstep.cli.connection.ControllerOptions;
import io.lockstep.cli.host.Freshness;
import io.lockstep.cli.host.Place;
import io.lockstep.cli.output.OutputOptions;
import io.lockstep.cli.output.Printer;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.port.Migrations;
import io.lockstep.proto.v1.Host;
import io.lockstep.proto.v1.MigrationCheck;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Moves every domain of a host somewhere else. */
@Command(
        name = "drain",
        description = {
            "Migrate every domain of a host live to others, for example before its maintenance.",
            "Each goes to the host that has the fewest. When something speaks against one of them, nothing is started; when one"
                    + " fails, no more is started. After Ctrl-C what is under way goes on, and the same command goes on with it"
                    + " and with what is left."
        })
public final class DrainCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    StandardOptions standard;

    @Mixin
    private OutputOptions output;

    @Mixin
    private ControllerOptions connection;

    @Mixin
    private MoveOptions options;

    @Parameters(paramLabel = "HOST", description = "The host that is to run nothing any more.")
    private HostName host;

    @Option(
            names = "--to",
            split = ",",
            paramLabel = "HOST[,...]",
            description = "Only to these hosts; unless given, to every other one that is connected.")
    private List<HostName> to = List.of();

    @Option(
            names = "--parallel",
            paramLabel = "K",
            defaultValue = "2",
            description = "So many at once, 1 to 8; 2 unless given.")
    private int parallel;

    @Option(names = "--dry-run", description = "Only say what would go where, and what speaks against it.")
    private boolean dryRun;

    @Option(
            names = "--keep-going",
            description = "Move what can be moved, although something else cannot or has failed.")
    private boolean keepGoing;

    @Spec
    private CommandSpec spec;

    public DrainCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        options.check();
        if (parallel < 1 || parallel > Migrations.AT_ONCE) {
            throw new ParameterException(spec.commandLine(), "--parallel is from 1 to " + Migrations.AT_ONCE);
        }
        Printer printer = output.printer(surroundings);
        try (Cluster cluster = connection.openPatiently(surroundings)) {
            List<Host> hosts = cluster.hosts();
            Host source = Cluster.named(hosts, host);
            Place.requireFresh(source);
            List<Move> moves = new Plan(source, targets(hosts)).of(cluster.checkMigrations(source, List.of()));
            boolean refused = moves.stream().anyMatch(m -> m.stage() == Move.Stage.REFUSED);
            if (dryRun || moves.isEmpty() || refused && !keepGoing) {
                Summary.print(moves, host + " runs no domain", printer);
                if (refused && !dryRun) {
                    printer.note("nothing was started, because something speaks against one of them: mend that, or move"
                            + " the others with --keep-going");
                }
                return (refused ? ExitStatus.NO : ExitStatus.OK).code();
            }
            boolean ended = new Mover(
                            cluster,
                            surroundings,
                            source,
                            hosts,
                            options,
                            new Display(printer, surroundings.terminal()))
                    .run(moves, parallel, keepGoing);
            if (!ended) {
                return ExitStatus.NO_ANSWER.code();
            }
            Summary.print(moves, "", printer);
            return after(cluster, source, moves, printer).code();
        }
    }

    private List<Host> targets(List<Host> hosts) {
        if (!to.isEmpty()) {
            return to.stream().distinct().map(t -> Cluster.named(hosts, t)).toList();
        }
        return hosts.stream()
                .filter(h -> !h.getName().equals(host.value()))
                .filter(Freshness::fresh)
                .toList();
    }

    /** A domain may have been started there meanwhile. */
    private static ExitStatus after(Cluster cluster, Host source, List<Move> moves, Printer printer) {
        Set<String> known = moves.stream().map(Move::uuid).collect(Collectors.toSet());
        ExitStatus status = Summary.status(moves);
        List<String> left;
        try {
            left = cluster.checkMigrations(source, List.of()).stream()
                    .filter(c -> !known.contains(c.getDomainUuid()))
                    .map(MigrationCheck::getDomainName)
                    .toList();
        } catch (CommandFailure e) {
            printer.note("whether " + source.getName() + " runs anything else is not known: " + e.text());
            return status;
        }
        if (!left.isEmpty()) {
            printer.note(source.getName() + " runs what was not there when this began: " + String.join(", ", left)
                    + "; give the same command again");
            return status == ExitStatus.OK ? ExitStatus.PARTIAL : status;
        }
        return status;
    }
}
