package io.lockstep.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

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
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code ./lockstep dist}, and what its install and uninstall do to the image of a host. In the order of a host's life. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class InstallIT {

    private static final long LIMIT_SECONDS = 300;

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

    private static Result run(Map<String, String> environment, String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), output);
    }

    private static Result install(Path from, String... options) throws Exception {
        Stream<String> command = Stream.concat(
                Stream.of(from.resolve("install").toString(), "--root", host.toString()), Stream.of(options));
        Result result = run(Map.of(), command.toArray(String[]::new));
        assertThat(result.status()).as(result.output()).isZero();
        return result;
    }

    private static String mode(String path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(host.resolve(path)));
    }

    /** An AOT cache is there only when the service got as far as being ready, on the runtime of the distribution. */
    @Test
    @Order(1)
    void a_host_gets_programs_that_start_with_the_runtime_that_comes_with_them() throws Exception {
        Result installed = install(dist, "--agent", "--controller");

        assertThat(installed.output()).contains("reload libvirt now").doesNotContain("no AOT cache");
        assertThat(lib.resolve("service/agent.aot")).isNotEmptyFile();
        assertThat(lib.resolve("service/controller.aot")).isNotEmptyFile();
        assertThat(run(Map.of(), lib.resolve("hook/make-aot").toString(), "--check"))
                .isEqualTo(new Result(0, "lockstep-hook.aot fits\n"));
        assertThat(run(
                                Map.of("LOCKSTEP_CLI_HOME", lib.resolve("cli").toString(), "JAVA_HOME", "/nonexistent"),
                                host.resolve("usr/bin/lockstepctl").toString(),
                                "version")
                        .output())
                .startsWith("lockstepctl ");
        assertThat(mode("etc/lockstep")).isEqualTo("rwxr-xr-x");
        assertThat(host.resolve("etc/systemd/system/multi-user.target.wants/lockstep-agent.service"))
                .isSymbolicLink();
    }

    @Test
    @Order(2)
    void the_installed_hook_runs_its_program_and_refuses_without_an_agent() throws Exception {
        Path conf = Files.writeString(
                directory.resolve("hook.conf"),
                "HOME=" + lib.resolve("hook") + "\nSOCKET=" + directory.resolve("none.sock") + "\nCONNECT_SECONDS=0\n");
        Path hook = host.resolve("etc/libvirt/hooks/qemu.d/50-lockstep");
        assertThat(hook).content().contains("home=/usr/lib/lockstep/hook\n").doesNotContain(host.toString());

        Result refused = run(
                Map.of("LOCKSTEP_HOOK_CONF", conf.toString(), "JAVA_HOME", "/nonexistent"),
                hook.toString(),
                "web",
                "prepare",
                "begin",
                "-");

        assertThat(refused.status()).isOne();
        assertThat(refused.output()).startsWith("lockstep: prepare refused: the agent does not accept a connection");
    }

    @Test
    @Order(3)
    void installing_again_changes_nothing_and_keeps_settings() throws Exception {
        Path settings =
                Files.writeString(host.resolve("etc/lockstep/agent.yaml"), "lockstep:\n  enforcement: observe\n");
        Path cache = lib.resolve("hook/lockstep-hook.aot");
        var before = Files.getLastModifiedTime(cache);

        Result again = install(dist);

        assertThat(again.output()).contains("libvirt needs no reload");
        assertThat(settings).content().contains("observe");
        assertThat(Files.getLastModifiedTime(cache)).isEqualTo(before);
        assertThat(versions()).hasSize(1);
    }

    @Test
    @Order(4)
    void an_upgrade_switches_all_programs_at_once_and_keeps_the_former_version_for_what_runs() throws Exception {
        Path former = lib.resolve("current").toRealPath();
        Path next = directory.resolve("next");
        assertThat(run(Map.of(), "cp", "-a", dist.toString(), next.toString()).status())
                .isZero();
        Files.writeString(next.resolve("ID"), "next\n");

        install(next, "--no-aot");

        Path now = lib.resolve("current").toRealPath();
        assertThat(now.getFileName()).hasToString("next");
        for (String part : List.of("agent", "controller", "cli", "hook", "runtime", "service")) {
            assertThat(lib.resolve(part).toRealPath()).isEqualTo(now.resolve(part));
        }
        assertThat(versions()).containsExactlyInAnyOrder(former, now);
        assertThat(run(Map.of(), lib.resolve("hook/make-aot").toString(), "--check")
                        .status())
                .isZero();
    }

    private static List<Path> versions() throws IOException {
        try (Stream<Path> versions = Files.list(lib.toRealPath().resolve("versions"))) {
            return versions.toList();
        }
    }

    @ParameterizedTest
    @Order(5)
    @ValueSource(strings = {"lockstep-agent", "lockstep-controller"})
    void systemd_has_nothing_to_say_about_the_units(String name) throws Exception {
        assumeThat(Path.of("/usr/bin/systemd-analyze")).isExecutable();
        String unit = Files.readString(host.resolve("usr/lib/systemd/system/" + name + ".service"));
        Path copy = Files.writeString(
                directory.resolve(name + ".service"), unit.replace("ExecStart=/usr/lib/lockstep", "ExecStart=" + lib));

        assertThat(run(Map.of(), "systemd-analyze", "verify", "--man=no", copy.toString()))
                .isEqualTo(new Result(0, ""));
    }

    @Test
    @Order(6)
    void uninstalling_leaves_settings_and_state_unless_told_otherwise() throws Exception {
        Path state = Files.createDirectories(host.resolve("var/lib/lockstep"));
        Path copy = Files.copy(lib.resolve("uninstall"), directory.resolve("uninstall"));

        assertThat(run(Map.of(), "sh", copy.toString(), "--root", host.toString()))
                .satisfies(r -> assertThat(r.status()).as(r.output()).isZero());

        assertThat(lib).doesNotExist();
        assertThat(host.resolve("usr/bin/lockstepctl")).doesNotExist();
        assertThat(host.resolve("etc/libvirt/hooks/qemu.d")).isEmptyDirectory();
        assertThat(host.resolve("usr/lib/systemd/system")).isEmptyDirectory();
        assertThat(host.resolve("etc/lockstep/agent.yaml")).exists();
        assertThat(state).exists();

        run(Map.of(), "sh", copy.toString(), "--root", host.toString(), "--purge");
        assertThat(host.resolve("etc/lockstep")).doesNotExist();
        assertThat(state).doesNotExist();
    }

    @Test
    @Order(7)
    void a_wrong_option_installs_nothing() throws Exception {
        Path nowhere = directory.resolve("nowhere");
        assertThat(run(Map.of(), dist.resolve("install").toString(), "--root", nowhere.toString(), "--agnet")
                        .status())
                .isEqualTo(2);
        assertThat(run(Map.of(), dist.resolve("install").toString(), "--root", nowhere.toString())
                        .status())
                .as("neither agent nor controller")
                .isEqualTo(2);
        assertThat(nowhere.resolve("usr")).doesNotExist();
    }
}
