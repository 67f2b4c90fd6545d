package io.lockstep.cli.doctor;

import com.google.gson.JsonObject;
import io.lockstep.cli.ExitStatus;
import io.lockstep.cli.StandardOptions;
import io.lockstep.cli.Surroundings;
import io.lockstep.cli.output.Cell;
import io.lockstep.cli.output.Json;
import io.lockstep.cli.output.OutputOptions;
import io.lockstep.cli.output.Printer;
import io.lockstep.cli.output.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What is wrong with this host, and the command that mends it. */
@Command(
        name = "doctor",
        description = {
            "Check whether this host is fit for Lockstep, and say what mends it. Nothing is changed.",
            "Run it as root on the host itself; it needs neither agent nor controller. Exit code 1 when a check fails."
        })
public final class DoctorCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    StandardOptions standard;

    @Mixin
    private OutputOptions output;

    public DoctorCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Printer printer = output.printer(surroundings);
        Machine machine = surroundings.machine();
        List<Check> checks = new ArrayList<>(new LockChecks(machine).all());
        checks.addAll(new HostChecks(machine).all());
        if (printer.json()) {
            printer.print(Json.object("checks", Json.list(checks, DoctorCommand::json)));
        } else {
            Table table = new Table("CHECK", "STATUS", "FINDING", "WHAT TO DO");
            checks.forEach(c -> table.row(
                    Cell.of(c.id()),
                    Cell.when(c.status() == Check.Status.FAIL || c.status() == Check.Status.WARN, word(c)),
                    Cell.of(c.finding()),
                    Cell.of(c.remedy())));
            printer.print(table, "nothing to check");
        }
        boolean fails = checks.stream().anyMatch(c -> c.status() == Check.Status.FAIL);
        return (fails ? ExitStatus.NO : ExitStatus.OK).code();
    }

    private static String word(Check check) {
        return check.status().name().toLowerCase(Locale.ROOT);
    }

    private static JsonObject json(Check check) {
        JsonObject json = new JsonObject();
        json.addProperty("id", check.id());
        json.addProperty("status", check.status().name());
        json.addProperty("finding", check.finding());
        json.addProperty("remedy", check.remedy());
        return json;
    }
}
