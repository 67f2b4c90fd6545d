package io.lockstep.lab.machine;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The lab's own script, which builds, boots, freezes and ends the emulated hosts. */
public final class LabScript {

    private final Path script;

    public LabScript(Path script) {
        this.script = script;
    }

    /** Runs one of its commands, whatever comes of it. */
    public Outcome run(Duration limit, String... arguments) {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(arguments));
        return Processes.run("lab " + String.join(" ", arguments), command, limit);
    }

    /** @throws LabException when it fails */
    public String ok(Duration limit, String... arguments) {
        Outcome outcome = run(limit, arguments);
        if (!outcome.ok()) {
            throw new LabException(outcome.toString());
        }
        return outcome.out();
    }
}
