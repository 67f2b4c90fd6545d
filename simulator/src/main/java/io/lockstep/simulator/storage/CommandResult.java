package io.lockstep.simulator.storage;

import java.util.List;

/**
 * What a command answered.
 *
 * @param stderr its lines, in the words that LVM uses with {@code LC_ALL=C}
 */
public record CommandResult(int exit, List<String> stdout, List<String> stderr) {

    public CommandResult {
        stdout = List.copyOf(stdout);
        stderr = List.copyOf(stderr);
    }

    static CommandResult ok(String... stdout) {
        return new CommandResult(0, List.of(stdout), List.of());
    }

    static CommandResult refused(String... stderr) {
        return new CommandResult(5, List.of(), List.of(stderr));
    }

    /** Of a command that never ends: its caller gives it up. */
    static CommandResult stuck() {
        return new CommandResult(124, List.of(), List.of());
    }
}
