package io.lockstep.cli.doctor;

import io.lockstep.lvm.command.Command;
import io.lockstep.lvm.command.CommandResult;
import io.lockstep.lvm.command.CommandRunner;
import io.lockstep.lvm.command.UnreadableOutputException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What a command printed, or why there is nothing. */
sealed interface Answers<T> {

    record Given<T>(T value) implements Answers<T> {}

    record Missing<T>(String reason) implements Answers<T> {}

    /** Reads a command's output. */
    interface Parser<T> {
        T parse(String out) throws UnreadableOutputException;
    }

    static <T> Answers<T> of(CommandRunner runner, Command command, Parser<T> parser) {
        CommandResult result = runner.run(command);
        if (result instanceof CommandResult.Ended ended && ended.exitStatus() == 0) {
            try {
                return new Given<>(parser.parse(ended.out()));
            } catch (UnreadableOutputException e) {
                return new Missing<>("\"" + command + "\" said what cannot be read: " + e.getMessage());
            }
        }
        return new Missing<>(result.reason());
    }

    /** One line without its blanks. */
    static Answers<String> line(CommandRunner runner, String... command) {
        return of(runner, Command.of(command), String::strip);
    }

    static Answers<List<String>> lines(CommandRunner runner, String... command) {
        return of(
                runner,
                Command.of(command),
                out -> out.lines().map(String::strip).filter(l -> !l.isEmpty()).toList());
    }

    default Optional<T> given() {
        return switch (this) {
            case Given<T>(T value) -> Optional.of(value);
            case Missing<T> _ -> Optional.empty();
        };
    }

    default String reason() {
        return switch (this) {
            case Given<T> _ -> "";
            case Missing<T>(String reason) -> reason;
        };
    }

    default Check unless(String id, String remedy, Supplier<Check> check) {
        return switch (this) {
            case Given<T> _ -> check.get();
            case Missing<T>(String reason) -> Check.unknown(id, reason, remedy);
        };
    }
}
