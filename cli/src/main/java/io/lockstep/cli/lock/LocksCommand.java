package io.lockstep.cli.lock;

import com.google.gson.JsonObject;
import io.lockstep.cli.ExitStatus;
import io.lockstep.cli.StandardOptions;
import io.lockstep.cli.Surroundings;
import io.lockstep.cli.connection.AgentOptions;
import io.lockstep.cli.connection.Cluster;
import io.lockstep.cli.host.Freshness;
import io.lockstep.cli.output.Cell;
import io.lockstep.cli.output.DomainNames;
import io.lockstep.cli.output.Json;
import io.lockstep.cli.output.OutputOptions;
import io.lockstep.cli.output.Printer;
import io.lockstep.cli.output.Table;
import io.lockstep.cli.output.Words;
import io.lockstep.core.domain.HostName;
import io.lockstep.proto.v1.Host;
import io.lockstep.proto.v1.VolumeLock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which host holds which volume, in which mode, for whom. */
@Command(name = "locks", description = "List the volumes that are locked or active on a host.")
public final class LocksCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    StandardOptions standard;

    @Mixin
    private OutputOptions output;

    @Mixin
    private AgentOptions connection;

    @Parameters(arity = "0..1", paramLabel = "VG[/LV]", description = "Only this volume group, or this volume.")
    private Optional<VolumeSelector> selector;

    @Option(names = "--host", paramLabel = "HOST", description = "Only this host.")
    private Optional<HostName> host;

    public LocksCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Printer printer = output.printer(surroundings);
        try (Cluster cluster = connection.open(surroundings)) {
            List<Host> all = cluster.hosts();
            selector.ifPresent(s -> Groups.require(s.vg(), all));
            List<Host> hosts =
                    host.map(name -> List.of(Cluster.named(all, name))).orElse(all);
            List<HostLock> locks = HostLock.of(
                    hosts,
                    DomainNames.of(all),
                    volume -> selector.isEmpty() || selector.get().selects(volume));
            if (printer.json()) {
                JsonObject json = Json.object("locks", Json.list(locks, LocksCommand::json));
                json.add(
                        "unknown_hosts",
                        Json.words(hosts.stream()
                                .filter(h -> !Freshness.fresh(h))
                                .map(Host::getName)
                                .toList()));
                printer.print(json);
            } else {
                Freshness.warn(hosts, printer);
                printer.print(table(locks, printer), "no volume is locked or active");
            }
        }
        return ExitStatus.OK.code();
    }

    private static Table table(List<HostLock> locks, Printer printer) {
        List<String> columns = new ArrayList<>(List.of("VOLUME", "HOST", "MODE", "SINCE", "DOMAIN"));
        if (printer.wide()) {
            columns.addAll(List.of("ACTIVE", "OPEN", "UUID"));
        }
        columns.add("NOTE");
        Table table = Table.of(columns);
        locks.forEach(l -> table.row(row(l, printer)));
        return table;
    }

    private static List<Cell> row(HostLock held, Printer printer) {
        VolumeLock lock = held.lock();
        boolean doubtful = !Freshness.fresh(held.host()) || !held.counts();
        List<Cell> row = new ArrayList<>();
        row.add(Cell.of(Words.of(lock.getVolume())));
        row.add(Cell.of(held.host().getName()));
        row.add(Cell.when(doubtful, Words.of(lock.getMode())));
        row.add(Cell.of(printer.ago(lock.hasSince(), lock.getSince())));
        row.add(Cell.of(held.domains()));
        if (printer.wide()) {
            row.add(Cell.of(lock.getActive() ? "yes" : "no"));
            row.add(Cell.of(lock.getOpen() ? "yes" : "no"));
            row.add(Cell.of(lock.getVolume().getUuid()));
        }
        row.add(Cell.attention(note(held, printer)));
        return row;
    }

    private static String note(HostLock held, Printer printer) {
        List<String> notes = new ArrayList<>();
        if (!Freshness.fresh(held.host())) {
            notes.add(Freshness.mark(held.host(), printer));
        }
        if (!held.counts()) {
            notes.add(held.lockspace()
                    .map(l -> "lockspace " + Words.of(l.getState()) + ": " + l.getReason())
                    .orElse("lockspace not known"));
        }
        held.drifts().forEach(d -> notes.add(Words.of(d.getKind())));
        return String.join("; ", notes);
    }

    private static JsonObject json(HostLock held) {
        JsonObject json = new JsonObject();
        json.addProperty("host", held.host().getName());
        json.addProperty("fresh", Freshness.fresh(held.host()));
        json.add("lock", Json.of(held.lock()));
        json.add("claims", Json.list(held.claims(), Json::of));
        json.add("drifts", Json.list(held.drifts(), Json::of));
        held.lockspace().ifPresent(l -> json.add("lockspace", Json.of(l)));
        return json;
    }
}
