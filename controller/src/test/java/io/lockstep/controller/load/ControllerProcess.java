package io.lockstep.controller.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The controller as it is installed, with the heap of its start script, and what Linux counts of it. */
final class ControllerProcess implements AutoCloseable {

    private static final Duration START = Duration.ofMinutes(1);

    /** Of Linux on every machine that this runs on. */
    private static final double TICKS_PER_SECOND = 100;

    private final Process process;
    final int port;

    ControllerProcess(Path application, String heap, Path directory, int port) throws IOException {
        this(
                application,
                heap,
                directory,
                port,
                Map.of("lockstep.data-dir", directory.resolve("data").toString()));
    }

    ControllerProcess(Path application, String heap, Path directory, int port, Map<String, String> settings)
            throws IOException {
        this.port = port;
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx" + heap,
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + port));
        settings.forEach((name, value) -> command.add("-D" + name + "=" + value));
        command.addAll(List.of("-jar", application.resolve("quarkus-run.jar").toString()));
        this.process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("controller.log").toFile())
                .start();
        Instant until = Instant.now().plus(START);
        while (!listens()) {
            if (!process.isAlive() || Instant.now().isAfter(until)) {
                throw new IOException("the controller does not start: " + directory.resolve("controller.log"));
            }
            Load.pause(Duration.ofMillis(100));
        }
    }

    private boolean listens() {
        try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** As when its machine loses power: SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    boolean alive() {
        return process.isAlive();
    }

    /** Processor time so far, user and system. */
    double cpuSeconds() {
        return cpuSeconds(Long.toString(process.pid()));
    }

    /** Of the process that asks. */
    static double ownCpuSeconds() {
        return cpuSeconds("self");
    }

    private static double cpuSeconds(String pid) {
        String stat = read(pid, "stat");
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        // utime and stime, the 14th and 15th field of the whole line.
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    /** What is in use of its heap, after a collection. */
    long liveMegabytes() throws IOException, InterruptedException {
        jcmd("GC.run");
        // Of each generation: "total 19712K, used 1234K".
        return Pattern.compile("total \\d+K, used (\\d+)K")
                        .matcher(jcmd("GC.heap_info"))
                        .results()
                        .mapToLong(r -> Long.parseLong(r.group(1)))
                        .reduce(Long::sum)
                        .orElseThrow(() -> new IOException("jcmd GC.heap_info of JDK " + Runtime.version()
                                + " does not look as it did: no generation with its use"))
                / 1024;
    }

    private String jcmd(String command) throws IOException, InterruptedException {
        Process jcmd = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/jcmd", Long.toString(process.pid()), command)
                .redirectErrorStream(true)
                .start();
        String answer = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (jcmd.waitFor() != 0) {
            throw new IOException("jcmd " + command + ": " + answer);
        }
        return answer;
    }

    /** What it occupies of the machine's memory now, or did at its worst. */
    long megabytes(String field) {
        return read(Long.toString(process.pid()), "status")
                        .lines()
                        .filter(l -> l.startsWith(field + ":"))
                        .map(l -> l.replaceAll("\\D", ""))
                        .mapToLong(Long::parseLong)
                        .findFirst()
                        .orElseThrow()
                / 1024;
    }

    private static String read(String pid, String file) {
        try {
            return Files.readString(Path.of("/proc", pid, file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
