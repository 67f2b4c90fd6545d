package io.lockstep.cli;

import com.google.gson.JsonObject;
import io.lockstep.cli.output.OutputOptions;
import io.lockstep.cli.output.Printer;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** This tool's version; the agents' ones are in {@code hosts -o wide}. */
@Command(name = "version", description = "Print the version of lockstepctl.")
public final class VersionCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    StandardOptions standard;

    @Mixin
    private OutputOptions output;

    public VersionCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Printer printer = output.printer(surroundings);
        if (printer.json()) {
            JsonObject version = new JsonObject();
            version.addProperty("version", surroundings.version());
            printer.print(version);
        } else {
            printer.line("lockstepctl " + surroundings.version());
        }
        return ExitStatus.OK.code();
    }
}
