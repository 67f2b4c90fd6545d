package io.lockstep.simulator.demo;

import io.lockstep.core.domain.HostName;
import io.lockstep.simulator.Cluster;
import io.lockstep.simulator.SimulatedHost;
import io.lockstep.simulator.hook.ProcessHookCaller;
import io.lockstep.simulator.server.SimulatorServer;
import io.lockstep.simulator.time.SimulatedTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * One controller and an agent for each host as processes, the hook program installed for each, and a simulated shared disk and
 * libvirt under them.
 */
final class DemoCluster implements AutoCloseable {

    /** Simulated seconds take a tenth: the five seconds of a refused shared request are half a second here. */
    static final double SCALE = 0.1;

    private final Installation installed;
    private final Path directory;
    private final Cluster cluster;
    private final SimulatorServer server;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<String, DemoProcess> processes = new LinkedHashMap<>();
    private final int controllerPort;

    DemoCluster(Installation installed, List<String> volumes, String... hosts) throws IOException {
        this.installed = installed;
        this.directory = Files.createTempDirectory(
                "lockstep-demo-", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        this.cluster =
                Cluster.in(SimulatedTime.real(SCALE), hosts).volumeGroup("vg0").volumes(volumes.toArray(String[]::new));
        InetAddress loopback = InetAddress.getLoopbackAddress();
        this.server = SimulatorServer.start(cluster, new InetSocketAddress(loopback, 0));
        this.controllerPort = freePort();
        Map<HostName, Path> hooks = new HashMap<>();
        for (SimulatedHost host : cluster.hosts()) {
            hooks.put(host.name(), installHook(host.name()));
        }
        cluster.hooks(new ProcessHookCaller(host -> Objects.requireNonNull(hooks.get(host))));
    }

    Cluster cluster() {
        return cluster;
    }

    Path directory() {
        return directory;
    }

    int simulatorPort() {
        return server.port();
    }

    String controller() {
        return "127.0.0.1:" + controllerPort;
    }

    DemoProcess process(String name) {
        DemoProcess process = processes.get(name);
        if (process == null) {
            throw new IllegalArgumentException("no process " + name + " among " + processes.keySet());
        }
        return process;
    }

    void start() throws IOException, InterruptedException {
        launch("controller", installed.controller(), controllerPort, controllerSettings());
        for (SimulatedHost host : cluster.hosts()) {
            int port = freePort();
            launch(host.name().value(), installed.agent(), port, agentSettings(host.name(), port));
        }
        for (DemoProcess process : List.copyOf(processes.values())) {
            process.awaitProbe("/q/health/started");
        }
        for (DemoProcess process : List.copyOf(processes.values())) {
            process.awaitProbe("/q/health/ready");
        }
    }

    private synchronized void launch(String name, Path jar, int port, Map<String, String> settings) throws IOException {
        processes.put(name, new DemoProcess(name, jar, settings, port, directory.resolve(name + ".log"), http));
    }

    private Map<String, String> controllerSettings() {
        Map<String, String> settings = common(controllerPort);
        settings.put("lockstep.data-dir", directory.resolve("controller").toString());
        settings.put("lockstep.alarms.look-every", "2s");
        return settings;
    }

    private Map<String, String> agentSettings(HostName host, int port) {
        Map<String, String> settings = common(port);
        settings.put("lockstep.host", host.value());
        settings.put("lockstep.endpoint", "127.0.0.1:" + port);
        settings.put("lockstep.controllers", controller());
        settings.put("lockstep.state-file", home(host).resolve("agent.json").toString());
        settings.put("lockstep.every", "1s");
        settings.put("lockstep.register-every", "1s");
        settings.put("lockstep.grace", "2s");
        settings.put("lockstep.platform.name", "simulator");
        settings.put("lockstep.platform.jar", installed.simulator().toString());
        settings.put("lockstep.platform.options.address", "127.0.0.1:" + server.port());
        settings.put("lockstep.platform.options.host", host.value());
        settings.put("quarkus.http.domain-socket", socket(host).toString());
        return settings;
    }

    private static Map<String, String> common(int port) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("quarkus.http.host", "127.0.0.1");
        settings.put("quarkus.http.port", Integer.toString(port));
        return settings;
    }

    private Path home(HostName host) {
        return directory.resolve(host.value());
    }

    private Path socket(HostName host) {
        return home(host).resolve("agent.sock");
    }

    /** What stands in /etc/libvirt/hooks/qemu.d: the real script, with this host's settings. */
    private Path installHook(HostName host) throws IOException {
        Path home = Files.createDirectory(home(host));
        Path conf = home.resolve("hook.conf");
        Files.writeString(conf, """
                HOME=%s
                JAVA=%s
                SOCKET=%s
                BYPASS_DIR=%s
                """.formatted(
                        installed.hookHome(),
                        ProcessHandle.current().info().command().orElse("java"),
                        socket(host),
                        home.resolve("bypass.d")));
        Files.setPosixFilePermissions(conf, PosixFilePermissions.fromString("rw-r--r--"));
        Path script = home.resolve("50-lockstep");
        Files.writeString(script, """
                #!/bin/sh
                LOCKSTEP_HOOK_CONF='%s'
                export LOCKSTEP_HOOK_CONF
                exec '%s' "$@"
                """.formatted(conf, installed.hookScript()));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        return script;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Ends every process and leaves no file. */
    @Override
    public synchronized void close() {
        List<Thread> stopping = new ArrayList<>();
        processes.values().forEach(p -> stopping.add(Thread.ofVirtual().start(p::close)));
        for (Thread each : stopping) {
            try {
                each.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        processes.clear();
        // Hooks that libvirt would still be waiting for.
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
        server.close();
        http.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            System.err.println("lockstep demo: " + directory + " could not be removed: " + e.getMessage());
        }
    }
}
