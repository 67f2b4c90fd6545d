package io.lockstep.cli.hook;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import io.lockstep.cli.Ctl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BypassTest {

    @TempDir
    Path temporary;

    private Path directory;
    private Ctl ctl;

    @BeforeEach
    void no_controller_and_no_agent() {
        directory = temporary.resolve("lockstep/bypass.d");
        ctl = Ctl.alone().with("LOCKSTEP_BYPASS_DIR", directory.toString());
    }

    @Test
    void the_file_says_until_when_by_whom_and_why_and_only_its_owner_reads_it() throws IOException {
        Ctl.Run run = ctl.run("bypass", "web1", "--for", "10m", "--reason", "agent's disk is full");

        Path file = directory.resolve("web1.bypass");
        assertThat(Files.readString(file)).isEqualTo("""
                until=1748779800
                by=ada
                at=1748779200
                reason=agent's disk is full
                """);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
        assertThat(run.out()).isEqualTo("bypass for web1 until 2025-06-01T12:10:00Z (in 10m), in " + file + "\n");
        assertThat(run.err()).contains("it never lets a migration through").contains("lockstepctl bypass web1 --end");
        assertThat(run.exit()).isZero();
        assertThat(ctl.syslog())
                .containsExactly("bypass for domain web1 until 2025-06-01T12:10:00Z by ada: agent's disk is full");
    }

    @Test
    void a_directory_that_others_could_read_is_closed() throws IOException {
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));

        ctl.run("bypass", "web1", "--for", "10m", "--reason", "x");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwx------");
    }

    @ParameterizedTest
    @CsvSource({
        "web1, web1.bypass",
        "a.b_c-d, a.b_c-d.bypass",
        ".hidden, %2Ehidden.bypass",
        "../../etc/passwd, %2E.%2F..%2Fetc%2Fpasswd.bypass",
        "my guest, my%20guest.bypass",
        "100%, 100%25.bypass",
        "büro, b%C3%BCro.bypass",
        "-n, -n.bypass"
    })
    void a_domain_name_becomes_a_file_name_and_back(String domain, String file) {
        assertThat(BypassName.encode(domain)).isEqualTo(file);
        assertThat(BypassName.decode(file)).contains(domain);
    }

    @ParameterizedTest
    @ValueSource(strings = {"web1", ".x.bypass", "%2e.bypass", "%41.bypass", "a%.bypass", "%FF.bypass", ".bypass"})
    void a_file_name_that_no_domain_makes_is_none(String file) {
        assertThat(BypassName.decode(file)).isEmpty();
    }

    @Test
    void a_name_with_unusual_characters_stays_inside_the_directory() throws IOException {
        ctl.run("bypass", "../evil", "--for", "10m", "--reason", "x");

        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(directory.resolve("%2E.%2Fevil.bypass"));
        }
    }

    @Test
    void bypasses_are_listed_also_when_they_are_over() throws IOException {
        ctl.run("bypass", "my guest", "--for", "2h", "--reason", "controller is being moved");
        Files.writeString(directory.resolve("db.bypass"), "until=1748779100\nby=bob\nat=1748772000\nreason=old\n");
        Files.writeString(directory.resolve("odd.bypass"), "hello\n");

        Ctl.Run run = ctl.run("bypass", "--list");

        assertThat(run.out()).isEqualTo("""
                DOMAIN    ENDS          BY   GIVEN   REASON
                db        over, 100s ago  bob  2h ago  old
                my guest  in 2h         ada  now     controller is being moved
                """.replace("ENDS          BY", "ENDS            BY")
                .replace("in 2h         ada", "in 2h           ada"));
        assertThat(run.err()).isEqualTo("lockstepctl: odd.bypass is no bypass, remove it: a line without \"=\"\n");
        JsonArray json = JsonParser.parseString(
                        ctl.run("bypass", "--list", "-o", "json").out())
                .getAsJsonObject()
                .getAsJsonArray("bypasses");
        assertThat(json.get(0).getAsJsonObject().get("over").getAsBoolean()).isTrue();
        assertThat(json.get(1).getAsJsonObject().get("until").getAsString()).isEqualTo("2025-06-01T14:00:00Z");
    }

    @Test
    void a_bypass_can_be_ended_early_once() {
        ctl.run("bypass", "web1", "--for", "10m", "--reason", "x");

        assertThat(ctl.run("bypass", "web1", "--end").exit()).isZero();
        assertThat(directory.resolve("web1.bypass")).doesNotExist();
        assertThat(ctl.syslog()).last().isEqualTo("bypass for domain web1 ended by ada");

        Ctl.Run again = ctl.run("bypass", "web1", "--end");
        assertThat(again.err()).isEqualTo("lockstepctl: there is no bypass for web1 on this host\n");
        assertThat(again.exit()).isEqualTo(1);
    }

    @Test
    void what_is_missing_or_too_much_is_named_and_nothing_is_written() {
        for (List<String> wrong : List.of(
                List.of("bypass"),
                List.of("bypass", "web1"),
                List.of("bypass", "web1", "--for", "10m"),
                List.of("bypass", "web1", "--for", "10m", "--reason", " "),
                List.of("bypass", "web1", "--for", "10m", "--reason", "two\nlines"),
                List.of("bypass", "web1", "--for", "25h", "--reason", "x"),
                List.of("bypass", "web1", "--for", "0s", "--reason", "x"),
                List.of("bypass", "", "--for", "10m", "--reason", "x"),
                List.of("bypass", "\ufffd", "--for", "10m", "--reason", "x"),
                List.of("bypass", "w".repeat(300), "--for", "10m", "--reason", "x"),
                List.of("bypass", "web1", "--list"),
                List.of("bypass", "web1", "--end", "--for", "10m"))) {
            Ctl.Run run = ctl.run(wrong.toArray(String[]::new));

            assertThat(run.exit()).as("%s: %s", wrong, run.err()).isEqualTo(2);
            assertThat(run.out()).isEmpty();
        }
        assertThat(directory).doesNotExist();
        assertThat(ctl.syslog()).isEmpty();
        assertThat(ctl.run("bypass", "web1", "--for", "25h", "--reason", "x").err())
                .startsWith("lockstepctl: a bypass lasts from 1s to 24h\n");
        assertThat(ctl.run("bypass", "web1", "--for", "10m").err())
                .startsWith("lockstepctl: say why with --reason: others will ask\n");
    }
}
