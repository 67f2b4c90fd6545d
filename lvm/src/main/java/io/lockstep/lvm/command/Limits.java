package io.lockstep.lvm.command;

import java.time.Duration;

/**
 * How long commands may take, and how much they may print.
 *
 * @param time until SIGTERM, for a command that names no limit of its own
 * @param kill after SIGTERM until SIGKILL
 * @param walkAway after SIGKILL until the process is left to itself; also how long output may lag behind the end of its process
 * @param outputBytes what is kept of stdout, and of stderr; the rest is read and dropped
 */
public record Limits(Duration time, Duration kill, Duration walkAway, int outputBytes) {

    public static final Limits DEFAULT =
            new Limits(Duration.ofSeconds(15), Duration.ofSeconds(5), Duration.ofSeconds(1), 16 << 20);

    public Limits {
        if (time.isNegative() || time.isZero() || kill.isNegative() || walkAway.isNegative() || outputBytes < 1) {
            throw new IllegalArgumentException("limits must be positive");
        }
    }

    /** The longest that a command with this limit can keep its caller. */
    public Duration longest(Command command) {
        return command.limit().orElse(time).plus(kill).plus(walkAway).plus(walkAway);
    }
}
