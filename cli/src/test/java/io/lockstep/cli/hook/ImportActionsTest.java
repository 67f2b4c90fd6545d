package io.lockstep.cli.hook;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.lockstep.cli.Ctl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportActionsTest {

    @TempDir
    Path directory;

    private Ctl.Run importing(String ini, String... more) throws IOException {
        Path file = Files.writeString(directory.resolve("qemu.ini"), ini);
        String[] arguments = new String[more.length + 2];
        arguments[0] = "import-actions";
        arguments[1] = file.toString();
        System.arraycopy(more, 0, arguments, 2, more.length);
        return Ctl.alone().run(arguments);
    }

    @Test
    void the_mapping_is_a_table_and_the_warnings_are_messages() throws IOException {
        Ctl.Run run =
                importing("[actions]\nprepare = shared\nstarted = exclusive\nstopped = unlock\nrelease = unlock\n");

        assertThat(run.out()).isEqualTo("""
                OPERATION  ACTION     NOTE
                migrate    shared
                restore    exclusive
                prepare    exclusive
                start      none
                started    none
                stopped    unlock     instead of none
                release    unlock
                reconnect  none
                attach     none
                """);
        assertThat(run.err()).startsWith("warning: line 2: prepare = shared with started = exclusive (line 3)");
        assertThat(run.exit()).isZero();
    }

    @Test
    void a_file_that_cannot_be_used_is_a_no() throws IOException {
        Ctl.Run run = importing("[actions]\nprepare = lock\n");

        assertThat(run.err()).isEqualTo("""
                error: line 2: "lock" is no action: use exclusive, shared, unlock or none
                not to be used before the errors are mended
                """);
        assertThat(run.exit()).isEqualTo(1);
    }

    @Test
    void json_has_the_mapping_and_the_findings() throws IOException {
        JsonObject json = JsonParser.parseString(
                        importing("[actions]\nprepare = lock\n", "-o", "json").out())
                .getAsJsonObject();

        assertThat(json.getAsJsonObject("actions").get("prepare").getAsString()).isEqualTo("exclusive");
        assertThat(json.getAsJsonArray("findings")
                        .get(0)
                        .getAsJsonObject()
                        .get("severity")
                        .getAsString())
                .isEqualTo("ERROR");
        assertThat(json.get("usable").getAsBoolean()).isFalse();
    }

    @Test
    void a_file_that_there_is_not_is_named() {
        Ctl.Run run = Ctl.alone().run("import-actions", "/no/such/qemu.ini");

        assertThat(run.err()).contains("cannot read /no/such/qemu.ini");
        assertThat(run.exit()).isEqualTo(2);
    }
}
