package io.lockstep.simulator.hook;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.core.domain.HostName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessHookCallerTest {

    private static final HostName H1 = new HostName("h1");

    @TempDir
    private Path directory;

    private Path program;
    private ProcessHookCaller hooks;

    @BeforeEach
    void where_the_program_is() {
        program = directory.resolve("qemu");
        hooks = new ProcessHookCaller(host -> program);
    }

    private void write(String script) throws IOException {
        Files.writeString(program, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void the_program_is_called_as_libvirt_calls_it() throws IOException {
        write("echo \"$# $1 $2 $3 $4\"; pwd; /usr/bin/env | sort; cat\n");
        HookResult result = hooks.call(H1, "a b", "release", "end", "from snapshot", "<domain/>");
        assertThat(result.exit()).isZero();
        assertThat(result.stdout().lines().filter(l -> !l.matches("(PWD|SHLVL|_|OLDPWD)=.*")))
                .containsExactly(
                        "4 a b release end from snapshot",
                        "/",
                        "LC_ALL=C",
                        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin",
                        "USER=root",
                        "<domain/>");
    }

    @Test
    void its_exit_status_and_stderr_come_back() throws IOException {
        write("echo refused by h2 >&2; exit 1\n");
        assertThat(hooks.call(H1, "d1", "prepare", "begin", "-", "<domain/>"))
                .isEqualTo(HookResult.refuse("refused by h2"));
    }

    @Test
    void a_program_that_does_not_read_its_stdin_is_not_stuck() throws IOException {
        write("exit 0\n");
        assertThat(hooks.call(H1, "d1", "prepare", "begin", "-", "x".repeat(1 << 20))
                        .exit())
                .isZero();
    }

    @Test
    void a_program_that_is_missing_fails_as_one_that_cannot_be_executed() {
        assertThat(hooks.call(H1, "d1", "prepare", "begin", "-", "").exit()).isEqualTo(127);
    }
}
