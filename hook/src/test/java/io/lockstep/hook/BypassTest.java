package io.lockstep.hook;

import static io.lockstep.hook.FakeAgent.answers;
import static io.lockstep.hook.HookBed.permissions;
import static io.lockstep.hook.HookBed.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.lockstep.hook.HookBed.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Break-glass: what {@code lockstepctl bypass} leaves in a directory, and what the script makes of it. */
class BypassTest {

    @TempDir
    Path directory;

    HookBed hook;

    @BeforeEach
    void install() throws IOException {
        hook = new HookBed(directory);
    }

    @ParameterizedTest
    @ValueSource(strings = {"prepare", "restore", "release", "reconnect"})
    void a_valid_one_needs_no_agent_and_no_Java_and_is_said(String operation) throws Exception {
        hook.set("HOME", "/nonexistent");
        String until = until(600);
        hook.bypass("vm1.bypass", until, "by=alice", "at=1", "reason=agent does not start, see #7");
        assertThat(hook.call(operation))
                .isEqualTo(new Result(
                        0,
                        "",
                        "lockstep: bypass: " + operation + " of vm1 goes on without Lockstep " + until.replace('=', ' ')
                                + ", by alice: agent does not start, see #7\n"));
    }

    @Test
    void it_is_logged_to_syslog() throws Exception {
        Path bin = Files.createDirectory(directory.resolve("bin"));
        Path logger = Files.writeString(bin.resolve("logger"), "#!/bin/sh\necho \"$*\" >" + directory + "/logged\n");
        permissions(logger, "rwxr-xr-x");
        hook.environment("PATH", bin + ":/usr/bin:/bin");
        hook.bypass("vm1.bypass", until(600), "by=alice", "reason=why");
        assertThat(hook.call("prepare").status()).isEqualTo(0);
        assertThat(directory.resolve("logged"))
                .content()
                .startsWith("-t lockstep-hook -p daemon.warning -- bypass: prepare of vm1 goes on without Lockstep")
                .endsWith(", by alice: why\n");
    }

    @Test
    void it_never_covers_a_migration() throws Exception {
        hook.bypass("vm1.bypass", until(600));
        refused("vm1", "migrate", "");
    }

    @Test
    void it_covers_no_other_domain() throws Exception {
        hook.bypass("vm1.bypass", until(600));
        refused("vm11", "prepare", "");
        refused("m1", "prepare", "");
    }

    @Test
    void an_expired_one_is_over() throws Exception {
        hook.bypass("vm1.bypass", until(-1));
        refused("vm1", "prepare", "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "until=", "until=tomorrow", "until=-1", "until=99999999999999999999", "by=alice"})
    void one_without_a_time_is_ignored(String line) throws Exception {
        hook.bypass("vm1.bypass", line);
        refused("vm1", "prepare", "is ignored: it has no until=SECONDS");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw--w----", "rw-----w-", "rw-rw-rw-"})
    void one_that_others_may_write_is_ignored(String permissions) throws Exception {
        permissions(hook.bypass("vm1.bypass", until(600)), permissions);
        refused("vm1", "prepare", "is ignored: it and its directory must be root's");
    }

    @Test
    void so_is_one_in_a_directory_that_others_may_write() throws Exception {
        hook.bypass("vm1.bypass", until(600));
        permissions(hook.bypasses, "rwxrwxrwx");
        refused("vm1", "prepare", "is ignored: it and its directory must be root's");
    }

    @Test
    void so_is_a_link() throws Exception {
        Path real = hook.bypass("real", until(600));
        Files.createSymbolicLink(hook.bypasses.resolve("vm1.bypass"), real);
        refused("vm1", "prepare", "is ignored: it and its directory must be root's");
    }

    @Test
    void so_is_one_of_somebody_else() throws Exception {
        assumeThat(System.getProperty("user.name")).isEqualTo("root");
        Path file = hook.bypass("vm1.bypass", until(600));
        Files.setOwner(
                file, file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
        refused("vm1", "prepare", "is ignored: it and its directory must be root's");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '#',
            value = {
                "vm_1.a-B, vm_1.a-B",
                "a b, a%20b",
                "100%, 100%25",
                ".., %2E.",
                ".hidden, %2Ehidden",
                "../vm1, %2E.%2Fvm1",
                "*, %2A",
                "'$(reboot)\", %27%24%28reboot%29%22",
                "#one\ntwo#, one%0Atwo",
                "-n, -n",
                "09AZaz@[`{/:, 09AZaz%40%5B%60%7B%2F%3A",
                "bücher, b%C3%BCcher",
            })
    void any_name_has_a_file(String name, String encoded) throws Exception {
        refused(name, "prepare", "");
        hook.bypass("other.bypass", until(600));
        refused(name, "prepare", "");
        hook.bypass(encoded + ".bypass", until(600));
        assertThat(hook.call(name, "prepare").status()).isEqualTo(0);
    }

    @Test
    void a_last_line_without_an_end_counts() throws Exception {
        Path file = hook.bypass("vm1.bypass");
        Files.writeString(file, until(600));
        assertThat(hook.call("prepare").status()).isEqualTo(0);
    }

    @Test
    void nothing_in_it_is_run() throws Exception {
        hook.bypass("vm1.bypass", "until=$(touch " + directory + "/run)", "`touch " + directory + "/run`");
        refused("vm1", "prepare", "is ignored");
        assertThat(directory.resolve("run")).doesNotExist();
    }

    private void refused(String name, String operation, String said) throws Exception {
        try (FakeAgent agent = new FakeAgent(hook.socket, answers(409, "held"))) {
            Result result = hook.call(name, operation);
            assertThat(result.status()).isEqualTo(1);
            assertThat(result.stdout()).isEmpty();
            assertThat(result.stderr()).contains(said).endsWith("lockstep: held\n");
            assertThat(agent.requests()).hasSize(1);
        }
    }
}
