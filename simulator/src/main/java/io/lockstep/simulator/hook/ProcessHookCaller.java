package io.lockstep.simulator.hook;

import io.lockstep.core.domain.HostName;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * Runs a program as libvirt runs its hook: the same arguments, the XML on stdin, nothing in the environment but what libvirt
 * sets, and {@code /} as the working directory. There is no time limit, as there is none in libvirt.
 */
public final class ProcessHookCaller implements HookCaller {

    /** FACTS: nothing else is set, not even HOME. */
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "LC_ALL", "C",
            "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin",
            "USER", "root");

    private static final Executor READERS = task -> Thread.ofVirtual().start(task);

    private final Function<HostName, Path> program;

    /** @param program the executable that plays {@code /etc/libvirt/hooks/qemu} on a host */
    public ProcessHookCaller(Function<HostName, Path> program) {
        this.program = program;
    }

    @Override
    public HookResult call(
            HostName host, String name, String operation, String suboperation, String extra, String xml) {
        ProcessBuilder builder =
                new ProcessBuilder(List.of(program.apply(host).toString(), name, operation, suboperation, extra));
        builder.environment().clear();
        builder.environment().putAll(ENVIRONMENT);
        builder.directory(new File("/"));
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            return new HookResult(127, "", e.getMessage() + "\n");
        }
        CompletableFuture<String> stdout = text(process.getInputStream());
        CompletableFuture<String> stderr = text(process.getErrorStream());
        write(process.getOutputStream(), xml);
        try {
            int exit = process.waitFor();
            return new HookResult(exit, stdout.join(), stderr.join());
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            return new HookResult(137, "", "killed\n");
        }
    }

    private static void write(OutputStream stdin, String xml) {
        try (stdin) {
            stdin.write(xml.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // A hook need not read its stdin: the exit status alone decides.
        }
    }

    private static CompletableFuture<String> text(InputStream stream) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (stream) {
                        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                READERS);
    }
}
