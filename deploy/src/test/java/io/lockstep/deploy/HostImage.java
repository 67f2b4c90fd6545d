package io.lockstep.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A distribution, made once, and the image of a host on which it is installed. */
abstract class HostImage {

    static final long LIMIT_SECONDS = 300;

    @TempDir
    static Path directory;

    static Path dist;
    static Path host;
    static Path lib;

    record Result(int status, String output) {}

    @BeforeAll
    static void lay_out() throws Exception {
        Path out = Files.createDirectories(Path.of("target/dist")).toAbsolutePath();
        Result made = run(
                Map.of("JAVA_HOME", System.getProperty("java.home")),
                ProjectModule.ROOT.resolve("deploy/systemd/make-dist").toString(),
                ProjectModule.ROOT.toString(),
                out.toString());
        assertThat(made.status()).as(made.output()).isZero();
        try (Stream<Path> laid = Files.list(out)) {
            dist = laid.filter(p -> p.getFileName().toString().startsWith("lockstep-"))
                    .findFirst()
                    .orElseThrow();
        }
        host = directory.resolve("host");
        lib = host.resolve("usr/lib/lockstep");
    }

    static Result run(Map<String, String> environment, String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), output);
    }

    static final String LIVE = "LOCKSTEP_INSTALL_TOOLS";

    /** Programs of a host that runs: each notes how it was called. */
    static Path tools(Map<String, String> programs) throws IOException {
        Path tools = Files.createDirectories(directory.resolve("tools"));
        for (Map.Entry<String, String> program : programs.entrySet()) {
            Path file = Files.writeString(
                    tools.resolve(program.getKey()),
                    "#!/bin/sh\necho \"${0##*/} $*\" >>" + calls() + "\n" + program.getValue() + "\n");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Files.deleteIfExists(calls());
        return tools;
    }

    static Path calls() {
        return directory.resolve("calls");
    }

    /** The distribution under another name, without copying what is in it. */
    static Path distAs(String id) throws Exception {
        Path other = directory.resolve("dist-" + id);
        assertThat(run(Map.of(), "cp", "-a", dist.toString(), other.toString()).status())
                .isZero();
        Files.writeString(other.resolve("ID"), id + "\n");
        return other;
    }

    static Path write(String file, String text) throws IOException {
        Path path = host.resolve(file);
        Files.createDirectories(path.getParent());
        return Files.writeString(path, text);
    }

    static Result install(Path from, String... options) throws Exception {
        Stream<String> command = Stream.concat(
                Stream.of(from.resolve("install").toString(), "--root", host.toString()), Stream.of(options));
        Result result = run(Map.of(), command.toArray(String[]::new));
        assertThat(result.status()).as(result.output()).isZero();
        return result;
    }

    static String mode(String path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(host.resolve(path)));
    }

    static List<Path> versions() throws IOException {
        try (Stream<Path> versions = Files.list(lib.toRealPath().resolve("versions"))) {
            return versions.toList();
        }
    }
}
