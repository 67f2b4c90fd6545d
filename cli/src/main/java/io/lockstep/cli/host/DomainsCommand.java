package io.lockstep.cli.host;

import com.google.gson.JsonObject;
import io.lockstep.cli.ExitStatus;
import io.lockstep.cli.StandardOptions;
import io.lockstep.cli.Surroundings;
import io.lockstep.cli.connection.AgentOptions;
import io.lockstep.cli.connection.Cluster;
import io.lockstep.cli.output.Cell;
import io.lockstep.cli.output.DomainNames;
import io.lockstep.cli.output.Json;
import io.lockstep.cli.output.OutputOptions;
import io.lockstep.cli.output.Printer;
import io.lockstep.cli.output.Table;
import io.lockstep.cli.output.Words;
import io.lockstep.proto.v1.Claim;
import io.lockstep.proto.v1.Domain;
import io.lockstep.proto.v1.Host;
import io.lockstep.proto.v1.Inventory;
import io.lockstep.proto.v1.SideProgress;
import io.lockstep.proto.v1.SideReport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The active domains, one line for each host on which one is active. */
@Command(
        name = "domains",
        description = {
            "List the active domains and the volumes that they claim.",
            "Two domains that share a name are shown with their UUIDs."
        })
public final class DomainsCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    StandardOptions standard;

    @Mixin
    private OutputOptions output;

    @Mixin
    private AgentOptions connection;

    public DomainsCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** A domain on one host. */
    private record Row(Host host, Domain domain, List<Claim> claims, List<SideReport> handovers) {}

    @Override
    public Integer call() {
        Printer printer = output.printer(surroundings);
        try (Cluster cluster = connection.open(surroundings)) {
            List<Host> hosts = cluster.hosts();
            List<Row> rows = hosts.stream()
                    .flatMap(h -> h.getInventory().getDomainsList().stream().map(d -> row(h, d)))
                    .sorted(Comparator.comparing((Row r) -> r.domain().getName())
                            .thenComparing(r -> r.domain().getUuid())
                            .thenComparing(r -> r.host().getName()))
                    .toList();
            if (printer.json()) {
                printer.print(Json.object("domains", Json.list(rows, DomainsCommand::json)));
            } else {
                Freshness.warn(hosts, printer);
                printer.print(table(rows, DomainNames.of(hosts), printer), "no domain is active");
            }
        }
        return ExitStatus.OK.code();
    }

    private static Row row(Host host, Domain domain) {
        Inventory inventory = host.getInventory();
        return new Row(
                host,
                domain,
                inventory.getClaimsList().stream()
                        .filter(c -> c.getDomainUuid().equals(domain.getUuid()))
                        .toList(),
                inventory.getHandoversList().stream()
                        .filter(r -> r.getHandover().getDomainUuid().equals(domain.getUuid()) && open(r))
                        .toList());
    }

    private static boolean open(SideReport report) {
        return report.getProgress() != SideProgress.SIDE_PROGRESS_HOLDS
                && report.getProgress() != SideProgress.SIDE_PROGRESS_GONE;
    }

    private static Table table(List<Row> rows, DomainNames names, Printer printer) {
        List<String> columns = new ArrayList<>(List.of("DOMAIN", "HOST", "STATE", "VOLUMES", "NOTE"));
        if (printer.wide()) {
            columns.add(1, "UUID");
        }
        Table table = Table.of(columns);
        for (Row row : rows) {
            boolean stale =
                    !Freshness.fresh(row.host()) || !row.host().getInventory().getHypervisorAnswers();
            String name = row.domain().getName();
            List<Cell> cells = new ArrayList<>();
            cells.add(
                    Cell.of(printer.wide() ? name : names.of(name, row.domain().getUuid())));
            if (printer.wide()) {
                cells.add(Cell.of(row.domain().getUuid()));
            }
            cells.add(Cell.of(row.host().getName()));
            cells.add(Cell.when(stale, row.domain().getState()));
            cells.add(Cell.of(volumes(row, printer)));
            cells.add(Cell.when(stale, note(row, printer)));
            table.row(cells);
        }
        return table;
    }

    private static String volumes(Row row, Printer printer) {
        int most = printer.wide() ? Integer.MAX_VALUE : 2;
        List<Claim> claims = row.claims();
        String listed = claims.stream()
                .limit(most)
                .map(c -> Words.of(c.getVolume()) + " " + Words.of(c.getMode()))
                .collect(Collectors.joining(", "));
        return claims.size() > most ? listed + " and " + (claims.size() - most) + " more" : listed;
    }

    private static String note(Row row, Printer printer) {
        List<String> notes = new ArrayList<>();
        if (!Freshness.fresh(row.host())) {
            notes.add(Freshness.mark(row.host(), printer));
        } else if (!row.host().getInventory().getHypervisorAnswers()) {
            notes.add("libvirt does not answer; last known");
        }
        row.handovers()
                .forEach(r -> notes.add("in handover " + Words.shortId(r.getHandover()) + " with " + r.getPeer()));
        return String.join("; ", notes);
    }

    private static JsonObject json(Row row) {
        JsonObject json = Json.of(row.domain());
        json.addProperty("host", row.host().getName());
        json.addProperty(
                "fresh",
                Freshness.fresh(row.host()) && row.host().getInventory().getHypervisorAnswers());
        json.add("claims", Json.list(row.claims(), Json::of));
        json.add("handovers", Json.list(row.handovers(), Json::of));
        return json;
    }
}
