package io.lockstep.agent.service;

import static org.awaitility.Awaitility.await;

import io.lockstep.simulator.Cluster;
import io.lockstep.simulator.hook.HookResult;
import io.lockstep.simulator.server.SimulatorServer;
import io.lockstep.simulator.time.SimulatedTime;
import io.restassured.RestAssured;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The packaged agent as a process on h1 of two simulated hosts; h2 is an administrator's. */
final class AgentProcess implements AutoCloseable {

    private final Cluster cluster;
    private final SimulatorServer server;
    private final Path directory;
    private final int port;
    private final Process process;

    AgentProcess() throws IOException {
        cluster = Cluster.in(SimulatedTime.real(0.05), "h1", "h2")
                .volumeGroup("vg0")
                .volumes("vg0/a", "vg0/b", "vg0/c");
        cluster.hooks((host, name, operation, suboperation, extra, xml) -> HookResult.allow());
        server = SimulatorServer.start(cluster, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        directory = Files.createTempDirectory("agent-it");
        port = freePort();
        process = launch(Map.of(
                "lockstep.host",
                "h1",
                "lockstep.state-file",
                directory.resolve("agent.json").toString(),
                "lockstep.every",
                "200ms",
                "lockstep.platform.name",
                "simulator",
                "lockstep.platform.jar",
                jarOf(Cluster.class),
                "lockstep.platform.options.address",
                "127.0.0.1:" + server.port(),
                "lockstep.platform.options.host",
                "h1",
                "quarkus.http.host",
                "127.0.0.1",
                "quarkus.http.port",
                Integer.toString(port),
                "quarkus.http.domain-socket",
                socket().toString()));
        await().atMost(Duration.ofMinutes(1))
                .ignoreExceptions()
                .until(() ->
                        RestAssured.given().port(port).get("/q/health/started").statusCode() == 200);
    }

    private Process launch(Map<String, String> settings) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        settings.forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.add("-jar");
        command.add(
                Path.of("target/quarkus-app/quarkus-run.jar").toAbsolutePath().toString());
        return new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(Path.of("target/agent-it.log").toFile())
                .start();
    }

    private static String jarOf(Class<?> type) {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath())
                .toString();
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    Cluster cluster() {
        return cluster;
    }

    Path socket() {
        return directory.resolve("agent.sock");
    }

    int port() {
        return port;
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        server.close();
        Files.deleteIfExists(socket());
        Files.deleteIfExists(directory.resolve("agent.json"));
        Files.deleteIfExists(directory);
    }
}
