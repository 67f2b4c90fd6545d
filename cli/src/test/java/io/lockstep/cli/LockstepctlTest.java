package io.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LockstepctlTest {

    @TempDir
    Path directory;

    @Test
    void every_command_explains_itself_and_its_exit_codes() {
        for (String command : Ctl.alone().commands()) {
            Ctl.Run run = Ctl.alone().run(command, "--help");

            assertThat(run.out())
                    .startsWith("usage: lockstepctl " + command)
                    .contains("Exit codes:", "3    nobody answered in time");
            assertThat(run.exit()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh"})
    void the_completion_script_is_one_that_bash_can_read(String shell) throws IOException, InterruptedException {
        Path script = Files.writeString(
                directory.resolve("completion"),
                Ctl.alone().run("completion", shell).out());

        Process bash = new ProcessBuilder("bash", "-n", script.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("bash.log").toFile())
                .start();

        assertThat(bash.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(directory.resolve("bash.log")).isEmptyFile();
        assertThat(bash.exitValue()).isZero();
        assertThat(script).content().contains("handovers", "--dry-run", "compinit");
    }

    @Test
    void another_shell_has_no_completion() {
        Ctl.Run run = Ctl.alone().run("completion", "fish");

        assertThat(run.err()).startsWith("lockstepctl: no completion for \"fish\": use bash or zsh\n");
        assertThat(run.exit()).isEqualTo(2);
    }

    @Test
    void the_version_is_told_to_people_and_programs() {
        assertThat(Ctl.alone().run("version").out()).isEqualTo("lockstepctl 0.1.0\n");
        assertThat(Ctl.alone().run("version", "-o", "json").out()).isEqualTo("""
                {
                  "version": "0.1.0"
                }
                """);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "why | VG/LV is missing: the volume",
                "why vg0/a vg0/b | \"vg0/b\" is one word too many for lockstepctl why",
                "migrate db | --to HOST is missing: the host that it is to run on",
                "actions --limit many | --limit takes a whole number, not \"many\"",
                "migrate db --to h1 --bandwidth fast | --bandwidth takes a whole number, not \"fast\"",
                "locks --host | --host stands without its HOST: only this host",
                "handovers --sicne 2h | \"--sicne\" is no option of lockstepctl handovers; did you mean --since?",
            })
    void what_is_wrong_with_a_command_line_is_named_and_what_it_is_for(String typed, String said) {
        Ctl.Run run = Ctl.alone().run(typed.split(" "));

        assertThat(run.err()).startsWith("lockstepctl: " + said + "\n");
        assertThat(run.exit()).isEqualTo(2);
    }

    @Test
    void a_missing_or_unknown_command_or_option_is_one_line_and_a_hint() {
        assertThat(Ctl.alone().run().err()).isEqualTo("""
                lockstepctl: a command is missing
                See: lockstepctl --help
                """);
        assertThat(Ctl.alone().run("lcoks").exit()).isEqualTo(2);
        assertThat(Ctl.alone().run("lcoks").err()).isEqualTo("""
                lockstepctl: "lcoks" is no command of lockstepctl; did you mean locks?
                See: lockstepctl --help
                """);
        assertThat(Ctl.alone().run("hosts", "--nosuch").err()).isEqualTo("""
                lockstepctl: "--nosuch" is no option of lockstepctl hosts
                See: lockstepctl hosts --help
                """);
        assertThat(Ctl.alone().run("hosts", "-o", "xml").err())
                .startsWith("lockstepctl: \"xml\" is not an output format: use table, wide or json\n");
    }
}
