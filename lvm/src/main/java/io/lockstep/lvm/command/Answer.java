package io.lockstep.lvm.command;

import java.util.Optional;

/** What a command that only looks has told, or why it has not. */
public sealed interface Answer<T> {

    record Given<T>(T value) implements Answer<T> {}

    /**
     * @param reason for a person
     * @param stuck the command that does not end, when that is the reason
     */
    record Missing<T>(String reason, Optional<String> stuck) implements Answer<T> {}

    /** For a person: why there is no answer; empty when there is one. */
    default String trouble() {
        return this instanceof Missing<T> missing ? missing.reason() : "";
    }

    /** Reads the output of a command. */
    @FunctionalInterface
    interface Parser<T> {
        T parse(String out) throws UnreadableOutputException;
    }

    default Optional<T> given() {
        return this instanceof Given<T>(T value) ? Optional.of(value) : Optional.empty();
    }

    /** Runs a command whose answer counts only with exit status 0. */
    static <T> Answer<T> of(CommandRunner runner, Command command, Parser<T> parser) {
        return switch (runner.run(command)) {
            case CommandResult.Ended ended -> read(ended, parser);
            case CommandResult.Stopped stopped ->
                new Missing<>(stopped.reason(), Optional.of(stopped.command().toString()));
            case CommandResult.Stuck stuck ->
                new Missing<>(stuck.reason(), Optional.of(stuck.command().toString()));
            case CommandResult.NotStarted none -> new Missing<>(none.reason(), Optional.empty());
        };
    }

    private static <T> Answer<T> read(CommandResult.Ended ended, Parser<T> parser) {
        if (ended.exitStatus() != 0) {
            return new Missing<>(ended.reason(), Optional.empty());
        }
        if (!ended.whole()) {
            return new Missing<>("\"" + ended.command() + "\" printed too much", Optional.empty());
        }
        try {
            return new Given<>(parser.parse(ended.out()));
        } catch (UnreadableOutputException e) {
            return new Missing<>("\"" + ended.command() + "\": " + e.getMessage(), Optional.empty());
        }
    }
}
