package io.lockstep.lab.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a program on this machine with a time limit. Output goes to files, so that no pipe can hold anybody up. */
final class Processes {

    private Processes() {}

    /** @param name what a person would call the command, for errors and reports */
    static Outcome run(String name, List<String> command, Duration limit) {
        long began = System.nanoTime();
        try {
            Path out = Files.createTempFile("lockstep-lab-", ".out");
            Path err = Files.createTempFile("lockstep-lab-", ".err");
            try {
                Process process = new ProcessBuilder(command)
                        .redirectInput(ProcessBuilder.Redirect.from(
                                Path.of("/dev/null").toFile()))
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
                boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
                if (!ended) {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly();
                }
                return new Outcome(
                        name,
                        ended ? process.exitValue() : Outcome.NO_END,
                        Files.readString(out),
                        Files.readString(err)
                                + (ended ? "" : "\n(no end within " + limit.toSeconds() + " s: given up)"),
                        Duration.ofNanos(System.nanoTime() - began));
            } finally {
                Files.deleteIfExists(out);
                Files.deleteIfExists(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while \"" + name + "\" ran", e);
        }
    }
}
