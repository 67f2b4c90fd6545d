package io.lockstep.hook;

import static io.lockstep.hook.FakeAgent.allows;
import static io.lockstep.hook.FakeAgent.answers;
import static io.lockstep.hook.HookBed.permissions;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.hook.HookBed.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** hook.conf. */
class ConfTest {

    @TempDir
    Path directory;

    HookBed hook;

    @BeforeEach
    void install() throws IOException {
        hook = new HookBed(directory);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-rw-r--", "rw-r--rw-", "rw--w--w-"})
    void a_file_that_others_may_write_decides_nothing(String permissions) throws Exception {
        hook.set("SKIP", "prepare");
        permissions(hook.conf, permissions);
        try (FakeAgent agent = new FakeAgent(hook.socket, allows())) {
            Result result = hook.call("prepare");
            assertThat(result.status()).isEqualTo(1);
            assertThat(result.stderr())
                    .startsWith("lockstep: " + hook.conf + " is ignored: it must be root's")
                    .contains("/nonexistent/home/lockstep-hook.jar is missing");
            assertThat(hook.call("reconnect").status()).isEqualTo(0);
            assertThat(hook.call("started").status()).isEqualTo(0);
            assertThat(agent.requests()).isEmpty();
        }
    }

    @Test
    void nothing_in_it_is_run() throws Exception {
        hook.set("CONNECT_SECONDS", "$(touch " + directory + "/run)");
        hook.set("`touch " + directory + "/run`", "; touch " + directory + "/run");
        try (FakeAgent _ = new FakeAgent(hook.socket, allows())) {
            assertThat(hook.call("prepare").status()).isEqualTo(0);
        }
        assertThat(directory.resolve("run")).doesNotExist();
    }

    @Test
    void a_mistake_is_said_and_the_default_stays() throws Exception {
        hook.set("DEADLINE_SECONDS", "a minute");
        hook.set("DEADLINE", "1");
        try (FakeAgent agent = new FakeAgent(hook.socket, answers(409, "held"))) {
            assertThat(hook.call("prepare"))
                    .isEqualTo(new Result(
                            1,
                            "",
                            "lockstep: " + hook.conf
                                    + ": not a number of seconds: DEADLINE_SECONDS=a minute\nlockstep: " + hook.conf
                                    + ": ignored: DEADLINE=1\nlockstep: held\n"));
            assertThat(Long.parseLong(agent.requests().getFirst().headers().get("Lockstep-Deadline-Ms")))
                    .isBetween(40_000L, 65_000L);
        }
    }

    @Test
    void a_value_may_hold_anything_but_a_line_end() throws Exception {
        Path home = Files.createDirectory(directory.resolve("a home = \"x\""));
        Files.copy(hook.home.resolve("lockstep-hook.jar"), home.resolve("lockstep-hook.jar"));
        hook.set("HOME", home.toString());
        try (FakeAgent _ = new FakeAgent(hook.socket, allows())) {
            assertThat(hook.call("prepare")).isEqualTo(new Result(0, "", ""));
        }
    }
}
