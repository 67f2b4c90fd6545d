package io.lockstep.lvm.command;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps commands from piling up behind a lock manager that does not answer.
 *
 * <p>Guarantees: commands of one slot run one after the other; while one of them has not ended although it was killed, no other is
 * started, and its callers are told at once which one it is.
 */
public final class OneAtATime implements CommandRunner {

    private final CommandRunner runner;
    private final Limits limits;
    private final Map<String, Slot> slots = new ConcurrentHashMap<>();

    public OneAtATime(CommandRunner runner, Limits limits) {
        this.runner = runner;
        this.limits = limits;
    }

    private static final class Slot {
        private final ReentrantLock running = new ReentrantLock(true);

        /** Written under {@link #running}. */
        private volatile CommandResult.@org.jspecify.annotations.Nullable Stuck stuck;

        CommandResult.@org.jspecify.annotations.Nullable Stuck living() {
            CommandResult.Stuck last = stuck;
            return last != null && last.living().getAsBoolean() ? last : null;
        }
    }

    @Override
    public CommandResult run(Command command) {
        Slot slot = slots.computeIfAbsent(command.slot(), s -> new Slot());
        CommandResult.Stuck before = slot.living();
        if (before != null) {
            return before;
        }
        if (!Patience.wait(limits.longest(command), nanos -> slot.running.tryLock(nanos, TimeUnit.NANOSECONDS))) {
            return new CommandResult.NotStarted(command, "an earlier one is still running");
        }
        try {
            CommandResult.Stuck meanwhile = slot.living();
            if (meanwhile != null) {
                return meanwhile;
            }
            CommandResult result = runner.run(command);
            slot.stuck = result instanceof CommandResult.Stuck stuck ? stuck : null;
            return result;
        } finally {
            slot.running.unlock();
        }
    }
}
