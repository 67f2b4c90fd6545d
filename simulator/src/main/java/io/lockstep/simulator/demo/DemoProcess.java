package io.lockstep.simulator.demo;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** An agent or the controller as a process of its own, which can be killed and started again. */
final class DemoProcess implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(40);
    private static final Duration STOP = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(50);

    private final String name;
    private final Path jar;
    private final Map<String, String> settings;
    private final int port;
    private final Path log;
    private final HttpClient http;
    private volatile Process process;
    private boolean closed;

    /** @param settings system properties of the process */
    DemoProcess(String name, Path jar, Map<String, String> settings, int port, Path log, HttpClient http)
            throws IOException {
        this.name = name;
        this.jar = jar;
        this.settings = settings;
        this.port = port;
        this.log = log;
        this.http = http;
        this.process = launched();
    }

    String name() {
        return name;
    }

    private Process launched() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
        settings.forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.add("-jar");
        command.add(jar.toString());
        return new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** Whatever of it still runs is ended first: there is never a second one that nobody would stop. Nothing starts after the end. */
    synchronized void startAgain() throws IOException {
        if (!closed) {
            end();
            process = launched();
        }
    }

    /** SIGKILL: nothing is tidied up. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** @throws DemoException with the end of the log when the process does not come up */
    void awaitProbe(String probe) throws InterruptedException {
        long limit = System.nanoTime() + START.toNanos();
        while (!answers(probe)) {
            if (!process.isAlive() || System.nanoTime() > limit) {
                throw new DemoException(name + " does not come up; the end of " + log + ":\n" + tail());
            }
            Thread.sleep(POLL);
        }
    }

    private boolean answers(String probe) throws InterruptedException {
        try {
            return http.send(
                                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + probe))
                                            .timeout(Duration.ofSeconds(2))
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private String tail() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
        } catch (IOException e) {
            return "(unreadable: " + e.getMessage() + ")";
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        end();
    }

    private void end() {
        process.destroy();
        try {
            if (!process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
