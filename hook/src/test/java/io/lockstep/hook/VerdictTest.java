package io.lockstep.hook;

import static io.lockstep.hook.FakeAgent.allows;
import static io.lockstep.hook.FakeAgent.answers;
import static io.lockstep.hook.FakeAgent.says;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.hook.FakeAgent.Request;
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

/** An agent that answers: what libvirt gets to see of it. */
class VerdictTest {

    @TempDir
    Path directory;

    HookBed hook;

    @BeforeEach
    void install() throws IOException {
        hook = new HookBed(directory);
    }

    @ParameterizedTest
    @ValueSource(strings = {"prepare", "restore", "migrate", "release", "reconnect"})
    void an_allowed_operation_ends_silently_with_0(String operation) throws Exception {
        try (FakeAgent agent = new FakeAgent(hook.socket, allows())) {
            assertThat(hook.call(operation)).isEqualTo(new Result(0, "", ""));
            assertThat(agent.requests()).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"prepare, 1", "restore, 1", "migrate, 1", "release, 0", "reconnect, 0"})
    void a_refusal_is_one_line_and_never_kills_a_running_guest(String operation, int status) throws Exception {
        try (FakeAgent _ = new FakeAgent(hook.socket, answers(409, "vg0/d1_a is held by höst2"))) {
            assertThat(hook.call(operation)).isEqualTo(new Result(status, "", "lockstep: vg0/d1_a is held by höst2\n"));
        }
    }

    @Test
    void a_reason_of_several_lines_becomes_one() throws Exception {
        try (FakeAgent _ = new FakeAgent(hook.socket, answers(409, "\n one\r\n\ttwo\u001b[31m\n\n"))) {
            assertThat(hook.call("prepare")).isEqualTo(new Result(1, "", "lockstep: one two [31m\n"));
        }
    }

    @Test
    void a_refusal_without_a_reason_still_says_something() throws Exception {
        try (FakeAgent _ = new FakeAgent(hook.socket, answers(409, ""))) {
            assertThat(hook.call("prepare"))
                    .isEqualTo(new Result(1, "", "lockstep: refused by the agent without a reason\n"));
        }
    }

    @Test
    void what_the_agent_adds_to_a_migration_reaches_libvirt_unchanged() throws Exception {
        String xml = "<domain>\n  <name>bücher</name>\r\n</domain>\n\n";
        try (FakeAgent _ = new FakeAgent(hook.socket, answers(200, xml))) {
            assertThat(hook.call("migrate")).isEqualTo(new Result(0, xml, ""));
        }
    }

    @Test
    void so_does_a_chunked_answer() throws Exception {
        String answer = """
                HTTP/1.1 100 Continue

                HTTP/1.1 200 OK
                transfer-encoding: chunked

                8;x=y
                <domain>
                9
                </domain>
                0
                trailer: 1

                """.replace("\n", "\r\n");
        try (FakeAgent _ = new FakeAgent(hook.socket, says(answer))) {
            assertThat(hook.call("migrate")).isEqualTo(new Result(0, "<domain></domain>", ""));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"prepare", "restore", "release", "reconnect"})
    void no_other_operation_prints_anything(String operation) throws Exception {
        try (FakeAgent _ = new FakeAgent(hook.socket, answers(200, "<domain/>"))) {
            assertThat(hook.call(operation)).isEqualTo(new Result(0, "", ""));
        }
    }

    @Test
    void an_answer_to_migrate_that_is_no_XML_never_reaches_libvirt() throws Exception {
        try (FakeAgent _ = new FakeAgent(hook.socket, answers(200, "{\"allow\": true}"))) {
            Result result = hook.call("migrate");
            assertThat(result.status()).isEqualTo(1);
            assertThat(result.stdout()).isEmpty();
        }
    }

    @Test
    void the_agent_gets_the_arguments_the_XML_and_the_time_that_is_left() throws Exception {
        try (FakeAgent agent = new FakeAgent(hook.socket, allows())) {
            hook.call("vm1", "release");
            Request request = agent.requests().getFirst();
            assertThat(request.line())
                    .isEqualTo("POST /v1/hook?name=vm1&operation=release&suboperation=end&extra=- HTTP/1.1");
            assertThat(request.headers())
                    .containsEntry("Host", "agent")
                    .containsEntry("Content-Type", "application/xml")
                    .containsEntry("Connection", "close");
            assertThat(Long.parseLong(request.headers().get("Lockstep-Deadline-Ms")))
                    .isBetween(1L, 30_000L);
            assertThat(request.body(UTF_8)).isEqualTo(HookBed.XML);
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '#',
            value = {
                "a b, a%20b",
                "100%, 100%25",
                "a/../b, a%2F..%2Fb",
                "what?&name=x+y, what%3F%26name%3Dx%2By",
                "'\"$(reboot)`;*\\, %27%22%24%28reboot%29%60%3B%2A%5C",
                "#one\ntwo#, one%0Atwo",
                "-XX:Flags=x, -XX%3AFlags%3Dx",
                "@/etc/passwd, %40%2Fetc%2Fpasswd",
                "##, ##",
                "bücher-日本, b%C3%BCcher-%E6%97%A5%E6%9C%AC",
                "~.-_, %7E.-_",
            })
    void a_name_arrives_byte_by_byte(String name, String encoded) throws Exception {
        try (FakeAgent agent = new FakeAgent(hook.socket, allows())) {
            assertThat(hook.call(name, "prepare")).isEqualTo(new Result(0, "", ""));
            assertThat(agent.requests().getFirst().line())
                    .startsWith("POST /v1/hook?name=" + encoded + "&operation=prepare&");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"start", "started", "stopped", "attach", "an-operation-of-libvirt-99", ""})
    void an_operation_that_needs_nothing_is_dropped_without_asking(String operation) throws Exception {
        hook.set("HOME", "/nonexistent");
        try (FakeAgent agent = new FakeAgent(hook.socket, answers(409, "no"))) {
            assertThat(hook.call(operation)).isEqualTo(new Result(0, "", ""));
            Files.delete(hook.conf);
            assertThat(hook.call(operation)).isEqualTo(new Result(0, "", ""));
            assertThat(agent.requests()).isEmpty();
        }
    }

    @Test
    void which_operations_are_dropped_can_be_set() throws Exception {
        hook.set("SKIP", "stopped release");
        try (FakeAgent agent = new FakeAgent(hook.socket, answers(409, "no"))) {
            assertThat(hook.call("release").status()).isEqualTo(0);
            assertThat(agent.requests()).isEmpty();
            assertThat(hook.call("started").status()).isEqualTo(1);
            assertThat(agent.requests()).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"prepare, 1", "migrate, 1", "release, 0", "reconnect, 0", "started, 0"})
    void XML_without_end_is_not_read_to_its_end(String operation, int status) throws Exception {
        try (FakeAgent agent = new FakeAgent(hook.socket, allows())) {
            Result result = hook.call("vm1", operation, new byte[50 << 20]);
            assertThat(result.status()).isEqualTo(status);
            assertThat(result.stdout()).isEmpty();
            if (status == 1) {
                assertThat(result.stderr()).contains("XML is longer than 8 MiB");
            }
            assertThat(agent.requests()).isEmpty();
        }
    }

    @Test
    void the_longest_XML_goes_through_both_ways() throws Exception {
        String xml = "<" + "ü".repeat((8 << 19) - 1) + ">";
        try (FakeAgent agent = new FakeAgent(hook.socket, answers(200, xml))) {
            Result result = hook.call("vm1", "migrate", xml.getBytes(UTF_8));
            assertThat(result.stderr()).isEmpty();
            assertThat(result.status()).isEqualTo(0);
            assertThat(result.stdout().equals(xml)).isTrue();
            assertThat(agent.requests().getFirst().body(UTF_8).equals(xml)).isTrue();
        }
    }
}
