package io.lockstep.cli.hook;

import com.google.gson.JsonObject;
import io.lockstep.cli.CommandFailure;
import io.lockstep.cli.ExitStatus;
import io.lockstep.cli.StandardOptions;
import io.lockstep.cli.Surroundings;
import io.lockstep.cli.output.Cell;
import io.lockstep.cli.output.Json;
import io.lockstep.cli.output.OutputOptions;
import io.lockstep.cli.output.Printer;
import io.lockstep.cli.output.Table;
import io.lockstep.core.hook.ActionMapping;
import io.lockstep.core.hook.Imported;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows what another hook script's configuration becomes here. Nothing is changed. */
@Command(
        name = "import-actions",
        description = {
            "Read the [actions] of the Python hook script's qemu.ini, and print what they become here.",
            "Nothing is changed. Exit code 1 when a line cannot be used as it is."
        })
public final class ImportActionsCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    StandardOptions standard;

    @Mixin
    private OutputOptions output;

    @Parameters(paramLabel = "FILE", description = "The qemu.ini.")
    private Path file;

    public ImportActionsCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Printer printer = output.printer(surroundings);
        Imported imported = ActionMapping.importQemuIni(text());
        if (printer.json()) {
            printer.print(json(imported));
        } else {
            ActionMapping defaults = ActionMapping.defaults();
            Table table = new Table("OPERATION", "ACTION", "NOTE");
            imported.mapping()
                    .actions()
                    .forEach((operation, action) -> table.row(
                            Cell.of(operation.word()),
                            Cell.of(action.word()),
                            Cell.of(
                                    action == defaults.action(operation)
                                            ? ""
                                            : "instead of "
                                                    + defaults.action(operation).word())));
            printer.print(table, "no operation");
            imported.findings().forEach(f -> printer.note(f.severity().name().toLowerCase(Locale.ROOT) + ": " + f));
            if (!imported.usable()) {
                printer.note("not to be used before the errors are mended");
            }
        }
        return (imported.usable() ? ExitStatus.OK : ExitStatus.NO).code();
    }

    private String text() {
        try {
            // Bytes that are no UTF-8 become a sign that no action contains, and so an error of their line.
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new CommandFailure(ExitStatus.USAGE, "cannot read " + file + ": there is no such file", e);
        } catch (IOException e) {
            throw new CommandFailure(ExitStatus.USAGE, "cannot read " + file + ": " + e, e);
        }
    }

    private static JsonObject json(Imported imported) {
        JsonObject actions = new JsonObject();
        imported.mapping()
                .actions()
                .forEach((operation, action) -> actions.addProperty(operation.word(), action.word()));
        JsonObject json = new JsonObject();
        json.add("actions", actions);
        json.add("findings", Json.list(imported.findings(), f -> {
            JsonObject finding = new JsonObject();
            finding.addProperty("line", f.line());
            finding.addProperty("severity", f.severity().name());
            finding.addProperty("text", f.text());
            return finding;
        }));
        json.addProperty("usable", imported.usable());
        return json;
    }
}
