package io.lockstep.lvm.command;

/** Runs commands. A call always returns, within the command's limit and what ending it takes, and never throws. */
@FunctionalInterface
public interface CommandRunner {

    CommandResult run(Command command);
}
