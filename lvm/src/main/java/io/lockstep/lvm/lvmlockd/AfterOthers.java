package io.lockstep.lvm.lvmlockd;

import io.lockstep.lvm.command.Command;
import io.lockstep.lvm.command.CommandResult;
import io.lockstep.lvm.command.CommandRunner;
import io.lockstep.lvm.command.Patience;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Asks lvmlockd again when another program on this host asked it in the same moment; that takes some milliseconds. */
public final class AfterOthers implements CommandRunner {

    private static final int TRIES = 6;

    private final CommandRunner runner;

    public AfterOthers(CommandRunner runner) {
        this.runner = runner;
    }

    @Override
    public CommandResult run(Command command) {
        CommandResult result = runner.run(command);
        for (int tries = 1; tries < TRIES && LockdDump.anotherIsRunning(result); tries++) {
            Patience.pause(Duration.ofMillis(50 + ThreadLocalRandom.current().nextInt(150)));
            result = runner.run(command);
        }
        return result;
    }
}
