package io.lockstep.lvm.command;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs processes of this host.
 *
 * <p>Guarantees: no shell, an empty stdin, {@code LC_ALL=C} and a fixed PATH as the whole environment; SIGTERM when the limit is over,
 * SIGKILL later, and then it walks away, because a process in uninterruptible sleep never ends and keeps its pipes open. Neither
 * starting, waiting nor reading is ever waited for without bound.
 */
public final class ProcessRunner implements CommandRunner {

    private static final List<String> DIRECTORIES =
            List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

    private final Limits limits;

    public ProcessRunner(Limits limits) {
        this.limits = limits;
    }

    @Override
    public CommandResult run(Command command) {
        Optional<Path> program = program(command.program());
        if (program.isEmpty()) {
            return new CommandResult.NotStarted(
                    command, command.program() + " is not installed (not in " + String.join(":", DIRECTORIES) + ")");
        }
        // Even exec can hang, on a root disk that does not answer.
        CompletableFuture<Process> starting = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("start " + command.program()).start(() -> {
            try {
                starting.complete(start(program.get(), command));
            } catch (IOException | RuntimeException e) {
                starting.completeExceptionally(e);
            }
        });
        Duration limit = command.limit().orElse(limits.time());
        try {
            return Patience.wait(limit, nanos -> started(starting, nanos))
                    ? attend(starting.get(), command, limit)
                    : abandoned(starting, command);
        } catch (ExecutionException e) {
            return new CommandResult.NotStarted(command, String.valueOf(e.getCause()));
        } catch (InterruptedException e) {
            // Not reached: the future is complete.
            Thread.currentThread().interrupt();
            return abandoned(starting, command);
        }
    }

    private static boolean started(CompletableFuture<Process> starting, long nanos) throws InterruptedException {
        try {
            starting.get(nanos, TimeUnit.NANOSECONDS);
            return true;
        } catch (ExecutionException e) {
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    private static CommandResult abandoned(CompletableFuture<Process> starting, Command command) {
        var _ = starting.thenAccept(p -> p.toHandle().destroyForcibly());
        return new CommandResult.Stuck(
                command,
                "",
                "",
                () -> !starting.isDone()
                        || !starting.isCompletedExceptionally()
                                && starting.resultNow().isAlive());
    }

    private static Process start(Path program, Command command) throws IOException {
        List<String> arguments = new ArrayList<>(command.arguments());
        arguments.set(0, program.toString());
        ProcessBuilder builder = new ProcessBuilder(arguments);
        builder.environment().clear();
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("PATH", String.join(":", DIRECTORIES));
        builder.directory(new File("/"));
        builder.redirectInput(new File("/dev/null"));
        return builder.start();
    }

    private CommandResult attend(Process process, Command command, Duration limit) {
        Output out = Output.of(process.getInputStream(), limits.outputBytes(), "stdout of " + command.program());
        Output err = Output.of(process.getErrorStream(), limits.outputBytes(), "stderr of " + command.program());
        if (ends(process, limit)) {
            out.await(limits.walkAway());
            err.await(limits.walkAway());
            return new CommandResult.Ended(
                    command, process.exitValue(), out.text(), err.text(), out.whole() && err.whole());
        }
        // Through the handle: Process.destroy would close the streams, and with them lose the last words.
        process.toHandle().destroy();
        if (!ends(process, limits.kill())) {
            process.toHandle().destroyForcibly();
            if (!ends(process, limits.walkAway())) {
                return new CommandResult.Stuck(command, out.text(), err.text(), process::isAlive);
            }
        }
        out.await(limits.walkAway());
        err.await(limits.walkAway());
        return new CommandResult.Stopped(command, out.text(), err.text());
    }

    private static boolean ends(Process process, Duration limit) {
        return Patience.wait(limit, nanos -> process.waitFor(nanos, TimeUnit.NANOSECONDS));
    }

    private static Optional<Path> program(String name) {
        if (name.startsWith("/")) {
            return Optional.of(Path.of(name)).filter(Files::isExecutable);
        }
        return DIRECTORIES.stream()
                .map(d -> Path.of(d, name))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
