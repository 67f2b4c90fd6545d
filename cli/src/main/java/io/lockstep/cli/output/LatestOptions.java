package io.lockstep.cli.output;

import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Of commands that list what has happened, the latest first: from when on, and how many at most. */
public final class LatestOptions {

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Only what began in the last 30m, 2h, 1d, …, or since 2026-11-01 (UTC).")
    private Optional<Since> since;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "At most so many; 100 unless given.")
    private int limit;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    public int limit() {
        if (limit < 1) {
            throw new ParameterException(command.commandLine(), "--limit is at least 1");
        }
        return limit;
    }

    public Optional<Instant> since(Instant now) {
        return since.map(s -> s.from(now));
    }

    /** Says that there may be more, when as many were found as were asked for. */
    public void noteWhenFull(int found, Printer printer) {
        if (found == limit) {
            printer.note("these are the latest " + limit + "; there may be more: --limit");
        }
    }
}
