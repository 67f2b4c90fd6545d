package io.lockstep.cli.host;

import io.lockstep.cli.ExitStatus;
import io.lockstep.cli.StandardOptions;
import io.lockstep.cli.Surroundings;
import io.lockstep.cli.connection.AgentOptions;
import io.lockstep.cli.connection.Cluster;
import io.lockstep.cli.output.Cell;
import io.lockstep.cli.output.Json;
import io.lockstep.cli.output.OutputOptions;
import io.lockstep.cli.output.Printer;
import io.lockstep.cli.output.Table;
import io.lockstep.cli.output.Words;
import io.lockstep.proto.v1.Host;
import io.lockstep.proto.v1.Inventory;
import io.lockstep.proto.v1.Lockspace;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Every host in one line. */
@Command(name = "hosts", description = "List the hosts: how well they are known, and what keeps them from being ready.")
public final class HostsCommand implements Callable<Integer> {

    private static final List<String> COLUMNS = List.of("HOST", "STATE", "SEEN", "DOMAINS", "LOCKS", "DRIFTS");
    private static final List<String> WIDE = List.of("ENDPOINT", "VERSION", "LOCKSPACES");

    private final Surroundings surroundings;

    @Mixin
    StandardOptions standard;

    @Mixin
    private OutputOptions output;

    @Mixin
    private AgentOptions connection;

    public HostsCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Printer printer = output.printer(surroundings);
        try (Cluster cluster = connection.open(surroundings)) {
            List<Host> hosts = cluster.hosts();
            if (printer.json()) {
                printer.print(Json.object("hosts", Json.list(hosts, Json::of)));
            } else {
                List<String> columns = new ArrayList<>(COLUMNS);
                if (printer.wide()) {
                    columns.addAll(WIDE);
                }
                columns.add("PROBLEMS");
                Table table = Table.of(columns);
                hosts.forEach(h -> table.row(row(h, printer)));
                printer.print(table, "no host has registered yet");
            }
        }
        return ExitStatus.OK.code();
    }

    private static List<Cell> row(Host host, Printer printer) {
        Inventory inventory = host.getInventory();
        boolean known = host.hasInventory();
        List<Cell> row = new ArrayList<>();
        row.add(Cell.of(host.getName()));
        row.add(Freshness.fresh(host) ? Cell.of("connected") : Cell.attention("UNKNOWN"));
        row.add(Cell.when(!Freshness.fresh(host), printer.ago(host.hasSeenAt(), host.getSeenAt())));
        row.add(count(known, inventory.getDomainsCount()));
        row.add(count(known, inventory.getLocksCount()));
        row.add(Cell.when(
                inventory.getDriftsCount() > 0,
                count(known, inventory.getDriftsCount()).text()));
        if (printer.wide()) {
            row.add(Cell.of(host.getEndpoint()));
            row.add(Cell.of(inventory.getVersion()));
            row.add(Cell.of(inventory.getLockspacesList().stream()
                    .map(HostsCommand::lockspace)
                    .collect(Collectors.joining(","))));
        }
        row.add(Cell.attention(problems(inventory, known)));
        return row;
    }

    private static Cell count(boolean known, int count) {
        return Cell.of(known ? Integer.toString(count) : "-");
    }

    private static String lockspace(Lockspace lockspace) {
        return lockspace.getVg() + "=" + Words.of(lockspace.getState());
    }

    private static String problems(Inventory inventory, boolean known) {
        List<String> problems = new ArrayList<>(inventory.getProblemsList());
        if (known && !inventory.getHypervisorAnswers()) {
            problems.add("libvirt does not answer");
        }
        String enforcement = inventory.getEnforcement();
        if (!enforcement.isEmpty() && !enforcement.equals("enforce")) {
            problems.add("enforcement is " + enforcement);
        }
        return String.join("; ", problems);
    }
}
