package io.lockstep.cli.lock;

import com.google.gson.JsonObject;
import io.lockstep.cli.ExitStatus;
import io.lockstep.cli.StandardOptions;
import io.lockstep.cli.Surroundings;
import io.lockstep.cli.connection.Cluster;
import io.lockstep.cli.connection.ControllerOptions;
import io.lockstep.cli.host.Freshness;
import io.lockstep.cli.output.Cell;
import io.lockstep.cli.output.Json;
import io.lockstep.cli.output.OutputOptions;
import io.lockstep.cli.output.Printer;
import io.lockstep.core.volume.VolumeName;
import io.lockstep.proto.v1.Handover;
import io.lockstep.proto.v1.Host;
import io.lockstep.proto.v1.ListHandoversRequest;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The question of three in the morning. */
@Command(name = "why", description = "Explain who holds a volume, for which domain, and what to do now.")
public final class WhyCommand implements Callable<Integer> {

    private static final int ALL_OPEN = 10_000;

    private final Surroundings surroundings;

    @Mixin
    StandardOptions standard;

    @Mixin
    private OutputOptions output;

    @Mixin
    private ControllerOptions connection;

    @Parameters(paramLabel = "VG/LV", description = "The volume.")
    private VolumeName volume;

    public WhyCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Printer printer = output.printer(surroundings);
        try (Cluster cluster = connection.open(surroundings)) {
            List<Host> hosts = cluster.hosts();
            Groups.require(volume.vg(), hosts);
            List<Handover> open = cluster.handovers(ListHandoversRequest.newBuilder()
                            .setOpenOnly(true)
                            .setLimit(ALL_OPEN)
                            .build())
                    .getHandoversList();
            Explanation explanation = Explanation.of(volume, hosts, open, printer.now())
                    .alarmed(volume, hosts, cluster.alarms().getAlarmsList());
            if (printer.json()) {
                printer.print(json(explanation, hosts));
            } else {
                printer.line(volume.toString());
                for (Explanation.Paragraph paragraph : explanation.paragraphs()) {
                    printer.line(Cell.when(paragraph.attention(), "  " + paragraph.fact()));
                    if (!paragraph.advice().isEmpty()) {
                        printer.line("    -> " + paragraph.advice());
                    }
                }
            }
        }
        return ExitStatus.OK.code();
    }

    private JsonObject json(Explanation explanation, List<Host> hosts) {
        JsonObject json = new JsonObject();
        json.addProperty("volume", volume.toString());
        json.add("findings", Json.list(explanation.paragraphs(), p -> {
            JsonObject finding = new JsonObject();
            finding.addProperty("fact", p.fact());
            finding.addProperty("advice", p.advice());
            finding.addProperty("attention", p.attention());
            return finding;
        }));
        json.add(
                "unknown_hosts",
                Json.words(hosts.stream()
                        .filter(h -> !Freshness.fresh(h))
                        .map(Host::getName)
                        .toList()));
        return json;
    }
}
