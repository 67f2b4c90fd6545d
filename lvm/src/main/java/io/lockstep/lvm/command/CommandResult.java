package io.lockstep.lvm.command;

import java.util.function.BooleanSupplier;

/** What became of a command. None of these is a statement about what the command was to bring about. */
public sealed interface CommandResult {

    Command command();

    /** For a person: how it went. */
    String reason();

    /**
     * It ended by itself.
     *
     * @param whole false when it printed more than is kept
     */
    record Ended(Command command, int exitStatus, String out, String err, boolean whole) implements CommandResult {
        @Override
        public String reason() {
            return "\"" + command + "\" ended with status " + exitStatus + lastWords();
        }

        private String lastWords() {
            String words = err.isBlank() ? out : err;
            return words.isBlank() ? "" : ": " + String.join("; ", words.strip().split("\\s*\\n\\s*", 6));
        }
    }

    /** It had to be ended, having taken longer than its limit. What it had done by then is done. */
    record Stopped(Command command, String out, String err) implements CommandResult {
        @Override
        public String reason() {
            return "\"" + command + "\" took too long and was stopped";
        }
    }

    /**
     * It does not even end when it is killed, as a process in uninterruptible sleep; whoever started it has walked away.
     *
     * @param living whether it still lives; what it was to do may still happen until then
     */
    record Stuck(Command command, String out, String err, BooleanSupplier living) implements CommandResult {
        @Override
        public String reason() {
            return "\"" + command + "\" does not end";
        }
    }

    /** It never ran. */
    record NotStarted(Command command, String why) implements CommandResult {
        @Override
        public String reason() {
            return "\"" + command + "\" could not be started: " + why;
        }
    }
}
