package io.lockstep.lvm.command;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A command line as an argument vector.
 *
 * @param line the command line as people are told it: without what only makes the output readable for a program
 * @param slot commands of one slot never run at the same time, and none starts while an earlier one has not ended
 * @param limit instead of the runner's own time limit
 */
public record Command(List<String> arguments, String line, String slot, Optional<Duration> limit) {

    public Command {
        arguments = List.copyOf(arguments);
        if (arguments.isEmpty() || arguments.getFirst().isEmpty()) {
            throw new IllegalArgumentException("a command needs a program");
        }
        if (arguments.stream().anyMatch(a -> a.indexOf('\0') >= 0)) {
            throw new IllegalArgumentException("an argument contains NUL: " + arguments.getFirst());
        }
    }

    /** In a slot of its own: the same command line runs once at a time. */
    public static Command of(String... arguments) {
        return of(List.of(arguments));
    }

    public static Command of(List<String> arguments) {
        String line = String.join(" ", arguments);
        return new Command(arguments, line, line, Optional.empty());
    }

    public Command inSlot(String other) {
        return new Command(arguments, line, other, limit);
    }

    public Command within(Duration other) {
        return new Command(arguments, line, slot, Optional.of(other));
    }

    /** With further arguments at its end, of which people are not told. */
    public Command and(String... more) {
        List<String> all = new ArrayList<>(arguments);
        all.addAll(List.of(more));
        return new Command(all, line, slot, limit);
    }

    public String program() {
        return arguments.getFirst();
    }

    /** The command line, for people. */
    @Override
    public String toString() {
        return line;
    }
}
