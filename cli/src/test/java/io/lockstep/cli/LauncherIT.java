package io.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script that packages install, around the packaged program. */
class LauncherIT {

    @TempDir
    Path directory;

    private record Ended(int exit, String out, String err) {}

    private Ended launch(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "src/main/sh/lockstepctl"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(directory.resolve("out").toFile())
                .redirectError(directory.resolve("err").toFile());
        builder.environment().clear();
        builder.environment()
                .putAll(Map.of(
                        "PATH", "/usr/bin:/bin",
                        "LOCKSTEP_JAVA_HOME", System.getProperty("java.home"),
                        "LOCKSTEP_CLI_HOME",
                                Path.of("target/quarkus-app").toAbsolutePath().toString()));
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ended(
                process.exitValue(),
                Files.readString(directory.resolve("out")),
                Files.readString(directory.resolve("err")));
    }

    @Test
    void it_prints_the_result_and_nothing_else() throws IOException, InterruptedException {
        Ended ended = launch(Map.of("JAVA_TOOL_OPTIONS", "-Dnoise=1"), "version");

        assertThat(ended.out()).startsWith("lockstepctl ").hasLineCount(1);
        assertThat(ended.err()).isEmpty();
        assertThat(ended.exit()).isZero();
    }

    @Test
    void a_domain_name_arrives_whole_in_any_locale() throws IOException, InterruptedException {
        Ended ended = launch(
                // A PATH without logger(1): a test is nothing for the machine's log.
                Map.of(
                        "LC_ALL", "C",
                        "PATH", directory.toString(),
                        "LOCKSTEP_BYPASS_DIR", directory.resolve("bypass.d").toString()),
                "bypass",
                "büro",
                "--for",
                "1s",
                "--reason",
                "a test of lockstepctl");

        assertThat(ended.err()).contains("it never lets a migration through");
        assertThat(directory.resolve("bypass.d/b%C3%BCro.bypass")).isRegularFile();
    }

    @Test
    void a_failed_connection_is_one_line_and_its_exit_code() throws IOException, InterruptedException {
        Ended ended = launch(Map.of(), "hosts", "--controller", "localhost:1");

        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).startsWith("lockstepctl: no controller answers").hasLineCount(1);
        assertThat(ended.exit()).isEqualTo(3);
    }

    @Test
    void an_old_java_is_passed_over_and_none_is_said_so() throws IOException, InterruptedException {
        Path old = directory.resolve("jdk");
        Files.createDirectories(old.resolve("bin"));
        Files.writeString(old.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"17.0.2\"\n");
        Files.writeString(old.resolve("bin/java"), "#!/bin/sh\necho old\n");
        assertThat(old.resolve("bin/java").toFile().setExecutable(true)).isTrue();

        Ended ended = launch(
                Map.of(
                        "LOCKSTEP_JAVA_HOME",
                        old.toString(),
                        "PATH",
                        old.resolve("bin").toString()),
                "version");

        assertThat(ended.err()).startsWith("lockstepctl: there is no Java 25 or newer");
        assertThat(ended.exit()).isEqualTo(70);
    }
}
