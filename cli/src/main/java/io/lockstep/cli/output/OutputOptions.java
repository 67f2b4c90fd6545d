package io.lockstep.cli.output;

import io.lockstep.cli.Surroundings;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code -o}. */
public final class OutputOptions {

    /** For whom the result is. */
    public enum Format {
        TABLE,
        WIDE,
        JSON;

        /** @throws IllegalArgumentException naming the word and the allowed ones */
        public static Format of(String word) {
            for (Format format : values()) {
                if (format.name().toLowerCase(Locale.ROOT).equals(word)) {
                    return format;
                }
            }
            throw new IllegalArgumentException("\"" + word + "\" is not an output format: use table, wide or json");
        }
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "table|wide|json",
            defaultValue = "table",
            description = "How the result looks: a table, a table with more columns, or JSON.")
    private Format format;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    public Printer printer(Surroundings surroundings) {
        return new Printer(
                command.commandLine().getOut(),
                command.commandLine().getErr(),
                format,
                surroundings.colour(),
                surroundings.clock().instant());
    }
}
