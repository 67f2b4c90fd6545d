package io.lockstep.cli;

import java.util.Optional;
import picocli.CommandLine.Option;

/** {@code --reason}, of every command that is recorded as something that a person did by hand. */
public final class ReasonOption {

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            description = "Why, for the record of manual actions (lockstepctl actions).")
    private Optional<String> reason;

    /** Empty when none was given, as requests have it. */
    public String text() {
        return reason.orElse("");
    }
}
