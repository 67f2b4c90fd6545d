package io.lockstep.hook;

import static io.lockstep.hook.FakeAgent.allows;
import static io.lockstep.hook.FakeAgent.answers;
import static io.lockstep.hook.FakeAgent.bytes;
import static io.lockstep.hook.FakeAgent.says;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.hook.HookBed.Result;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything that can keep the hook from an answer: what may be refused is refused, what may not goes on. */
class AgentTroubleTest {

    private static final String RESTORE = "lockstep: restore refused: ";

    @TempDir
    Path directory;

    HookBed hook;

    @BeforeEach
    void install() throws IOException {
        hook = new HookBed(directory);
    }

    @ParameterizedTest
    @CsvSource({"prepare, 1", "restore, 1", "migrate, 1", "release, 0", "reconnect, 0"})
    void without_an_agent_what_can_be_refused_is_refused_with_what_to_do(String operation, int status)
            throws Exception {
        hook.set("CONNECT_SECONDS", "1");
        Result result = hook.call(operation);
        assertThat(result.status()).isEqualTo(status);
        assertThat(result.stdout()).isEmpty();
        assertThat(result.stderr().lines()).hasSize(1);
        assertThat(result.stderr())
                .contains("no connection to the agent at " + hook.socket + " (No such file or directory)");
        if (status == 1) {
            assertThat(result.stderr()).contains("systemctl status lockstep-agent");
        } else {
            assertThat(result.stderr()).contains(operation + " not reported, the agent finds out by looking");
        }
        if (operation.equals("prepare")) {
            assertThat(result.stderr()).contains("lockstepctl bypass vm1 --for 10m");
        } else if (operation.equals("migrate")) {
            assertThat(result.stderr()).doesNotContain("bypass");
        }
    }

    @Test
    void an_agent_that_restarts_is_waited_for() throws Exception {
        // What a killed agent leaves behind: a socket that refuses.
        ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        dead.bind(UnixDomainSocketAddress.of(hook.socket));
        dead.close();
        Process call = hook.start("vm1", "prepare");
        Thread.sleep(700);
        assertThat(call.isAlive()).isTrue();
        Files.delete(hook.socket);
        try (FakeAgent agent = new FakeAgent(hook.socket, allows())) {
            assertThat(HookBed.finish(call, new byte[0])).isEqualTo(new Result(0, "", ""));
            assertThat(agent.requests()).hasSize(1);
        }
    }

    @Test
    void an_agent_that_is_starting_is_asked_again() throws Exception {
        try (FakeAgent agent = new FakeAgent(hook.socket, answers(503, "starting"), answers(503, ""), allows())) {
            assertThat(hook.call("prepare")).isEqualTo(new Result(0, "", ""));
            assertThat(agent.requests()).hasSize(3);
        }
    }

    @Test
    void but_not_for_ever() throws Exception {
        hook.set("CONNECT_SECONDS", "1");
        try (FakeAgent _ = new FakeAgent(hook.socket, answers(503, "lockspace lvm_vg0 is not started"))) {
            Result result = hook.call("restore");
            assertThat(result.status()).isEqualTo(1);
            assertThat(result.stderr())
                    .startsWith(RESTORE + "the agent is still starting: lockspace lvm_vg0 is not started; see ");
        }
    }

    @Test
    void an_agent_that_goes_down_over_a_request_gets_it_again() throws Exception {
        try (FakeAgent agent = new FakeAgent(hook.socket, says(""), allows())) {
            assertThat(hook.call("prepare")).isEqualTo(new Result(0, "", ""));
            assertThat(agent.requests()).hasSize(2);
        }
    }

    @Test
    void but_only_once() throws Exception {
        try (FakeAgent agent =
                new FakeAgent(hook.socket, says("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<domain"))) {
            Result result = hook.call("migrate");
            assertThat(result.status()).isEqualTo(1);
            assertThat(result.stdout()).isEmpty();
            assertThat(result.stderr()).contains("closed the connection without a whole answer, twice");
            assertThat(agent.requests()).hasSize(2);
        }
    }

    static List<Arguments> nonsense() {
        String ok = "HTTP/1.1 200 OK\r\n";
        return List.of(
                Arguments.of("another protocol", "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", "no HTTP/1.1"),
                Arguments.of("another HTTP", "HTTP/2.0 200 OK\r\n\r\n", "no HTTP/1.1"),
                Arguments.of("no status", "HTTP/1.1 2000 OK\r\n\r\n", "no HTTP status"),
                Arguments.of("a signed status", "HTTP/1.1 +20 OK\r\n\r\n", "no number"),
                Arguments.of("no length", ok + "\r\n<domain/>", "no length"),
                Arguments.of("a negative length", ok + "Content-Length: -1\r\n\r\n", "no number"),
                Arguments.of("a length in words", ok + "Content-Length: two\r\n\r\n", "no number"),
                Arguments.of("two lengths", ok + "Content-Length: 0\r\nContent-Length: 9\r\n\r\n", "two lengths"),
                Arguments.of(
                        "length and chunks",
                        ok + "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n",
                        "two lengths"),
                Arguments.of("an encoding", ok + "Transfer-Encoding: gzip\r\n\r\n", "an unknown transfer encoding"),
                Arguments.of("no header", ok + "<domain/>\r\n\r\n", "a header without a colon"),
                Arguments.of(
                        "a chunk of another size",
                        ok + "Transfer-Encoding: chunked\r\n\r\n2\r\n<domain/>\r\n0\r\n\r\n",
                        "a chunk of another size"),
                Arguments.of("a huge body", ok + "Content-Length: 2000000000\r\n\r\n<domain/>", "more than "),
                Arguments.of(
                        "a huge chunk",
                        ok + "Transfer-Encoding: chunked\r\n\r\n9\r\n<domain/>\r\n7fffffff\r\n<",
                        "more than "),
                Arguments.of("an endless line", "HTTP/1.1 200 " + "x".repeat(20_000), "an endless line"),
                Arguments.of("endless headers", ok + "a: b\r\n".repeat(1_000), "too many headers"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("nonsense")
    void what_is_no_answer_of_an_agent_is_a_failure(String what, String answer, String detail) throws Exception {
        try (FakeAgent agent = new FakeAgent(hook.socket, says(answer))) {
            Result result = hook.call("restore");
            assertThat(result.status()).as(what).isEqualTo(1);
            assertThat(result.stdout()).isEmpty();
            assertThat(result.stderr()).startsWith(RESTORE + "the agent's answer makes no sense: " + detail);
            assertThat(agent.requests()).hasSize(1);
            assertThat(hook.call("reconnect").status()).isEqualTo(0);
        }
    }

    @Test
    void so_are_random_bytes() throws Exception {
        byte[] random = new byte[100_000];
        new Random(1).nextBytes(random);
        try (FakeAgent _ = new FakeAgent(hook.socket, bytes(random))) {
            Result result = hook.call("migrate");
            assertThat(result.status()).isEqualTo(1);
            assertThat(result.stdout()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"204", "302", "400", "401", "404", "500"})
    void only_200_allows(int status) throws Exception {
        try (FakeAgent _ = new FakeAgent(hook.socket, answers(status, status == 204 ? "" : "<html>oops</html>"))) {
            Result result = hook.call("restore");
            assertThat(result.status()).isEqualTo(1);
            assertThat(result.stderr()).startsWith(RESTORE + "the agent answered with HTTP status " + status);
            assertThat(hook.call("release").status()).isEqualTo(0);
        }
    }

    @ParameterizedTest
    @CsvSource({"prepare, 1", "migrate, 1", "release, 0", "reconnect, 0"})
    void an_agent_that_hangs_is_left_at_the_deadline(String operation, int status) throws Exception {
        hook.set("DEADLINE_SECONDS", "1");
        try (FakeAgent agent = FakeAgent.hanging(hook.socket)) {
            Result result = hook.call(operation);
            assertThat(result.status()).isEqualTo(status);
            assertThat(result.stdout()).isEmpty();
            assertThat(result.stderr()).contains("the agent did not answer in time");
            assertThat(agent.sawTheHookLeave()).isTrue();
        }
    }

    @Test
    void an_agent_notices_that_a_hook_was_killed() throws Exception {
        try (FakeAgent agent = FakeAgent.hanging(hook.socket)) {
            Process call = hook.start("vm1", "prepare");
            call.getOutputStream().close();
            assertThat(agent.sawARequest()).isTrue();
            call.destroy(); // TERM
            assertThat(agent.sawTheHookLeave()).isTrue();
            assertThat(call.waitFor()).isNotEqualTo(0);
        }
    }

    @Test
    void an_agent_that_does_not_accept_is_left_after_the_connect_time() throws Exception {
        hook.set("CONNECT_SECONDS", "1");
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(hook.socket);
        List<SocketChannel> queue = new ArrayList<>();
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(address, 1);
            boolean full = false;
            while (!full) {
                SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                queue.add(channel);
                channel.configureBlocking(false);
                full = !connects(channel, address);
            }
            Result result = hook.call("prepare");
            assertThat(result.status()).isEqualTo(1);
            assertThat(result.stderr()).contains("the agent does not accept a connection");
        } finally {
            for (SocketChannel channel : queue) {
                channel.close();
            }
        }
    }

    private static boolean connects(SocketChannel channel, UnixDomainSocketAddress address) {
        try {
            return channel.connect(address);
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void XML_that_never_ends_is_left_at_the_deadline() throws Exception {
        hook.set("DEADLINE_SECONDS", "1");
        Process call = hook.start("vm1", "prepare");
        assertThat(call.waitFor()).isEqualTo(1);
        assertThat(new String(call.getErrorStream().readAllBytes(), UTF_8))
                .contains("libvirt did not finish sending the domain's XML");
        call.getOutputStream().close();
    }

    @ParameterizedTest
    @CsvSource({"prepare, 1", "restore, 1", "migrate, 1", "release, 0", "reconnect, 0"})
    void a_JVM_that_does_not_start_kills_no_running_guest(String operation, int status) throws Exception {
        hook.set("JAVA", "/bin/false");
        assertThat(hook.call(operation)).isEqualTo(new Result(status, "", ""));
    }

    @ParameterizedTest
    @CsvSource({"JAVA, /nonexistent/java, cannot be run", "HOME, /nonexistent, install it again"})
    void a_hook_that_is_not_whole_says_so(String key, String value, String said) throws Exception {
        hook.set(key, value);
        for (String operation : List.of("prepare", "restore", "migrate")) {
            Result result = hook.call(operation);
            assertThat(result.status()).isEqualTo(1);
            assertThat(result.stderr())
                    .startsWith("lockstep: " + operation + " refused: ")
                    .contains(said);
        }
        for (String operation : List.of("release", "reconnect")) {
            Result result = hook.call(operation);
            assertThat(result.status()).isEqualTo(0);
            assertThat(result.stderr())
                    .startsWith("lockstep: " + operation + " not reported")
                    .contains(said);
        }
    }

    @Test
    void without_any_Java_it_says_where_one_belongs() throws Exception {
        hook.set("JAVA", "");
        hook.environment("PATH", directory.toString());
        delegate(directory.resolve("stat"), "/usr/bin/stat");
        Result result = hook.call("prepare");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.stderr()).contains("there is no Java for the hook").contains("set JAVA= in " + hook.conf);
        assertThat(hook.call("reconnect").status()).isEqualTo(0);
    }

    @Test
    void the_runtime_of_the_package_comes_first() throws Exception {
        hook.set("JAVA", "");
        hook.environment("JAVA_HOME", "/nonexistent");
        Path bin = Files.createDirectories(hook.home.resolve("runtime/bin"));
        delegate(bin.resolve("java"), HookBed.JAVA.toString());
        try (FakeAgent _ = new FakeAgent(hook.socket, allows())) {
            assertThat(hook.call("prepare")).isEqualTo(new Result(0, "", ""));
        }
    }

    private static void delegate(Path file, String program) throws IOException {
        Files.writeString(file, "#!/bin/sh\nexec " + program + " \"$@\"\n");
        HookBed.permissions(file, "rwxr-xr-x");
    }

    @Test
    void what_cannot_be_refused_does_not_wait_long_for_an_agent() {
        Settings settings = new Settings("socket", 65_000, 20_000);
        assertThat(settings.connectMillisFor(HookCall.ofProcess(new String[] {"vm1", "prepare"})))
                .isEqualTo(20_000);
        assertThat(settings.connectMillisFor(HookCall.ofProcess(new String[] {"vm1", "release"})))
                .isEqualTo(5_000);
    }
}
