package io.lockstep.lab.machine;

import java.time.Duration;

/**
 * How a command ended.
 *
 * @param status its exit status; 124 when it did not end within its time limit
 */
public record Outcome(String command, int status, String out, String err, Duration took) {

    public static final int NO_END = 124;

    private static final int NO_SSH = 255;

    public boolean ok() {
        return status == 0;
    }

    /** Whether the host itself answered: a lab that hangs or has lost the host neither grants nor refuses anything. */
    public boolean answered() {
        return status != NO_END && status != NO_SSH && !err.startsWith("lab: ");
    }

    /** Whether this is anywhere in what it said. */
    public boolean says(String text) {
        return out.contains(text) || err.contains(text);
    }

    /** What it said, for a person: its errors when it has any. */
    public String said() {
        String text = err.isBlank() ? out : err;
        return text.strip();
    }

    @Override
    public String toString() {
        return "\"" + command + "\" ended with status " + status + ": " + said();
    }
}
