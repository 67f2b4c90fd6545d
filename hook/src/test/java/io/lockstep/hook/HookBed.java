package io.lockstep.hook;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** The real script and the real program in a directory of their own, called as libvirt calls them. */
final class HookBed {

    static final Path SCRIPTS = Path.of("src/main/sh").toAbsolutePath();
    static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
    static final String XML = "<domain type='kvm'><name>vm1</name></domain>\n";

    /** All that libvirt gives to a hook. */
    private static final Map<String, String> LIBVIRT_ENVIRONMENT =
            Map.of("LC_ALL", "C", "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin", "USER", "root");

    record Result(int status, String stdout, String stderr) {}

    final Path directory;
    final Path home;
    final Path socket;
    final Path conf;
    final Path bypasses;
    final Path script;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final Map<String, String> environment = new LinkedHashMap<>(LIBVIRT_ENVIRONMENT);

    HookBed(Path directory) throws IOException {
        this.directory = directory;
        home = Files.createDirectories(directory.resolve("home"));
        socket = directory.resolve("agent.sock");
        conf = directory.resolve("hook.conf");
        bypasses = Files.createDirectory(directory.resolve("bypass.d"));
        permissions(bypasses, "rwxr-xr-x");
        makeJar(home.resolve("lockstep-hook.jar"));
        // Without its defaults, which would be a real hook's when these tests run on a host that has one.
        String source = Files.readString(SCRIPTS.resolve("50-lockstep"))
                .replace("/usr/lib/lockstep/hook", "/nonexistent/home")
                .replace("/run/lockstep/agent.sock", "/nonexistent/agent.sock")
                .replace("/etc/lockstep/", "/nonexistent/");
        script = Files.writeString(directory.resolve("50-lockstep"), source);
        permissions(script, "rwxr-xr-x");
        environment.put("LOCKSTEP_HOOK_CONF", conf.toString());
        set("JAVA", JAVA.toString());
        set("HOME", home.toString());
        set("SOCKET", socket.toString());
        set("BYPASS_DIR", bypasses.toString());
        set("CONNECT_SECONDS", "15");
        set("DEADLINE_SECONDS", "30");
    }

    void set(String key, String value) throws IOException {
        settings.put(key, value);
        StringBuilder lines = new StringBuilder("# a test\n\n");
        settings.forEach((k, v) -> lines.append(k).append('=').append(v).append('\n'));
        Files.writeString(conf, lines);
        permissions(conf, "rw-r--r--");
    }

    void environment(String name, String value) {
        environment.put(name, value);
    }

    Path bypass(String fileName, String... lines) throws IOException {
        Path file = bypasses.resolve(fileName);
        Files.writeString(file, String.join("\n", lines) + "\n");
        permissions(file, "rw-------");
        return file;
    }

    static String until(long secondsFromNow) {
        return "until=" + (System.currentTimeMillis() / 1000 + secondsFromNow);
    }

    static void permissions(Path file, String permissions) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    Result call(String operation) throws Exception {
        return call("vm1", operation);
    }

    Result call(String name, String operation) throws Exception {
        return finish(start(name, operation), XML.getBytes(UTF_8));
    }

    Result call(String name, String operation, byte[] xml) throws Exception {
        return finish(start(name, operation), xml);
    }

    Process start(String name, String operation) throws IOException {
        List<String> command = new ArrayList<>();
        if (!name.chars().allMatch(c -> c < 127)) {
            // Not as an argument of ProcessBuilder, which in the C locale would replace it.
            StringBuilder octal = new StringBuilder();
            for (byte b : name.getBytes(UTF_8)) {
                octal.append(String.format("\\%03o", b & 0xff));
            }
            command.addAll(List.of("/bin/sh", "-c", "exec \"$0\" \"$(printf '" + octal + "')\" \"$@\""));
            command.add(script.toString());
        } else {
            command.add(script.toString());
            command.add(name);
        }
        command.addAll(List.of(operation, operation.startsWith("re") ? "end" : "begin", "-"));
        return run(command);
    }

    Process run(List<String> command) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(Path.of("/").toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    static Result finish(Process process, byte[] stdin) throws Exception {
        CompletableFuture<String> stdout =
                CompletableFuture.supplyAsync(() -> read(process, true), Thread::startVirtualThread);
        CompletableFuture<String> stderr =
                CompletableFuture.supplyAsync(() -> read(process, false), Thread::startVirtualThread);
        // As libvirt does it: a hook that does not read its stdin is no error.
        try (OutputStream out = process.getOutputStream()) {
            out.write(stdin);
        } catch (IOException e) {
            // a broken pipe
        }
        if (!process.waitFor(90, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the hook does not end");
        }
        return new Result(process.exitValue(), stdout.get(30, TimeUnit.SECONDS), stderr.get(30, TimeUnit.SECONDS));
    }

    private static String read(Process process, boolean stdout) {
        try {
            return new String((stdout ? process.getInputStream() : process.getErrorStream()).readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The jar of this module as Maven makes it later. */
    static void makeJar(Path jar) throws IOException {
        Path classes = Path.of("target/classes");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(classes)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".class")).sorted().toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                out.write(Files.readAllBytes(file));
            }
        }
    }

    /** Runs one of the module's scripts with a Java to be found in the environment. */
    static Result tool(String name, Object... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(SCRIPTS.resolve(name).toString()));
        Arrays.stream(arguments).map(Object::toString).forEach(command::add);
        return tool(command);
    }

    static Result tool(List<String> command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return finish(builder.start(), "".getBytes(StandardCharsets.US_ASCII));
    }
}
