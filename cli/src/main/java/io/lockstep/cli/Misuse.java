package io.lockstep.cli;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is wrong with a command line, in one line: the word that was not understood, or what is missing and what it is for. */
final class Misuse {

    private static final Set<Class<?>> NUMBERS = Set.of(int.class, Integer.class, long.class, Long.class);

    private Misuse() {}

    static String of(ParameterException e) {
        return switch (e) {
            case UnmatchedArgumentException unmatched -> unmatched(unmatched);
            case MissingParameterException missing
            when !missing.getMissing().isEmpty() ->
                missing.getMissing().stream().map(Misuse::missing).collect(Collectors.joining("; "));
            default -> value(e);
        };
    }

    private static String unmatched(UnmatchedArgumentException e) {
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        String word = "\"" + e.getUnmatched().getFirst() + "\"";
        List<String> near = e.getSuggestions();
        if (e.isUnknownOption()) {
            return word + " is no option of " + command + (near.isEmpty() ? "" : meant(String.join(" or ", near)));
        }
        if (e.getCommandLine().getSubcommands().isEmpty()) {
            return word + " is one word too many for " + command;
        }
        // The most similar comes first; those behind it have little in common with the word.
        return word + " is no command of " + command + (near.isEmpty() ? "" : meant(near.getFirst()));
    }

    private static String meant(String word) {
        return "; did you mean " + word + "?";
    }

    private static String missing(ArgSpec missing) {
        String description = String.join(" ", missing.description()).strip();
        String purpose = description.isEmpty()
                ? ""
                : ": " + description.substring(0, 1).toLowerCase(Locale.ROOT)
                        + description.substring(1).replaceFirst("\\.$", "");
        if (!(missing instanceof OptionSpec option)) {
            return missing.paramLabel() + " is missing" + purpose;
        }
        return option.required()
                ? option.longestName() + " " + option.paramLabel() + " is missing" + purpose
                : option.longestName() + " stands without its " + option.paramLabel() + purpose;
    }

    /** picocli puts "Invalid value for …" before what a converter says; the converter's own words suffice. */
    private static String value(ParameterException e) {
        ArgSpec at = e.getArgSpec();
        if (at instanceof OptionSpec option && e.getValue() != null && number(at)) {
            return option.longestName() + " takes a whole number, not \"" + e.getValue() + "\"";
        }
        Throwable cause = e.getCause();
        String message = cause instanceof TypeConversionException ? cause.getMessage() : e.getMessage();
        return message == null ? e.toString() : message;
    }

    private static boolean number(ArgSpec spec) {
        return NUMBERS.contains(spec.type())
                || List.of(spec.auxiliaryTypes()).stream().anyMatch(NUMBERS::contains);
    }
}
