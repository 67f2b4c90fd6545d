package io.lockstep.cli.handover;

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
import io.lockstep.cli.output.Table;
import io.lockstep.cli.output.Words;
import io.lockstep.proto.v1.Alarm;
import io.lockstep.proto.v1.Host;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What a person must look at. */
@Command(name = "alarms", description = "List the alarms that stand, the oldest first; exit code 1 when there is one.")
public final class AlarmsCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    StandardOptions standard;

    @Mixin
    private OutputOptions output;

    @Mixin
    private ControllerOptions connection;

    public AlarmsCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Printer printer = output.printer(surroundings);
        try (Cluster cluster = connection.open(surroundings)) {
            List<Alarm> alarms = cluster.alarms().getAlarmsList();
            List<String> unknown = cluster.hosts().stream()
                    .filter(h -> !Freshness.fresh(h))
                    .map(Host::getName)
                    .toList();
            if (printer.json()) {
                JsonObject json = Json.object("alarms", Json.list(alarms, Json::of));
                json.add("unknown_hosts", Json.words(unknown));
                printer.print(json);
            } else {
                Table table = new Table("ALARM", "DOMAIN", "HOSTS", "SINCE", "WHAT TO DO");
                alarms.forEach(a -> table.row(
                        Cell.attention(Words.of(a.getKind())),
                        Cell.of(a.getDomainName()),
                        Cell.of(String.join(", ", a.getHostsList())),
                        Cell.of(printer.ago(a.hasSince(), a.getSince())),
                        Cell.of(a.getText())));
                printer.print(table, "no alarm");
                alarms.forEach(a -> details(a, printer));
                if (!unknown.isEmpty()) {
                    printer.note("unknown at the moment: " + String.join(", ", unknown)
                            + "; what goes on there raises no alarm");
                }
            }
            return (alarms.isEmpty() ? ExitStatus.OK : ExitStatus.NO).code();
        }
    }

    private static void details(Alarm alarm, Printer printer) {
        if (alarm.getSeenCount() == 0 && alarm.getChoicesCount() == 0) {
            return;
        }
        printer.line("");
        printer.line(Words.of(alarm.getKind()) + " of " + alarm.getDomainName());
        if (alarm.getSeenCount() > 0) {
            printer.line("  seen: " + Advice.seen(alarm.getSeenList()));
        }
        alarm.getChoicesList().forEach(c -> printer.line("  -> " + Advice.choice(c)));
    }
}
