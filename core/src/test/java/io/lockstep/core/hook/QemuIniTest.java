package io.lockstep.core.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lockstep.core.hook.Imported.Finding;
import io.lockstep.core.hook.Imported.Severity;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class QemuIniTest {

    @Test
    void the_usual_file_is_imported_without_its_moment_of_two_hosts() {
        Imported imported = ActionMapping.importQemuIni("""
                ; what to do at which operation
                [actions]
                prepare = shared
                started = exclusive
                stopped = unlock
                release = unlock
                migrate = shared
                """);
        assertThat(imported.usable()).isTrue();
        assertThat(imported.mapping())
                .isEqualTo(ActionMapping.defaults().with(HookOperation.STOPPED, HookAction.UNLOCK));
        assertThat(imported.findings()).singleElement().satisfies(f -> {
            assertThat(f.line()).isEqualTo(3);
            assertThat(f.severity()).isEqualTo(Severity.WARNING);
            assertThat(f.text()).contains("two hosts", "(line 4)", "Imported as prepare = exclusive, started = none");
        });
    }

    @Test
    void a_restore_like_that_is_strengthened_as_well() {
        Imported imported = ActionMapping.importQemuIni("[actions]\nrestore=shared\nstarted=exclusive\n");
        assertThat(imported.mapping()).isEqualTo(ActionMapping.defaults());
        assertThat(imported.findings()).extracting(Finding::line).containsExactly(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[actions]\nSTOPPED = Unlock",
                "[actions]\r\nstopped=unlock\r\n",
                "[Actions]\nstopped: unlock",
                "[actions] ; ours\n  stopped = unlock\n  start = none\n",
                "[actions]\nstopped = unlock ; at once\n# stopped = exclusive\n;stopped = x\n",
                "[actions]\nstopped = unlock\n\n[logging]\nlevel = debug\n nonsense\n[more",
                "[logging]\nstopped = shared\n[actions]\nstopped = unlock",
                "\uFEFF[actions]\nstopped = unlock",
            })
    void the_file_is_read_as_its_script_reads_it(String ini) {
        Imported imported = ActionMapping.importQemuIni(ini);
        assertThat(imported.findings()).isEmpty();
        assertThat(imported.mapping())
                .isEqualTo(ActionMapping.defaults().with(HookOperation.STOPPED, HookAction.UNLOCK));
    }

    static Stream<Arguments> errors() {
        return Stream.of(
                arguments("", 0, "no [actions] section"),
                arguments("[logging]\nlevel = debug", 0, "no [actions] section"),
                arguments("prepare = shared\n[actions]", 1, "before any [section]"),
                arguments("[actions]\nhibernate = shared", 2, "\"hibernate\" is no operation"),
                arguments("[actions]\n= shared", 2, "\"\" is no operation"),
                arguments("[actions]\n\nprepare = share", 3, "\"share\" is no action"),
                arguments("[actions]\nprepare =", 2, "\"\" is no action"),
                arguments("[actions]\nprepare = shared exclusive", 2, "\"shared exclusive\" is no action"),
                arguments("[actions]\nprepare shared", 2, "write OPERATION = ACTION"),
                arguments("[actions]\nstart = none\n  shared", 3, "continues the line above"),
                arguments("[actions]\nstart = none\nStart = none", 3, "first in line 2"),
                arguments("[actions]\nrelease = exclusive", 2, "release cannot be mapped to exclusive"),
                arguments("[actions]\nprepare = unlock", 2, "prepare cannot be mapped to unlock"),
                arguments("[actions]\n\u0000\u001b[31m", 2, "\"??[31m\""));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void what_is_not_understood_is_told_with_its_line(String ini, int line, String text) {
        Imported imported = ActionMapping.importQemuIni(ini);
        assertThat(imported.usable()).isFalse();
        assertThat(imported.findings())
                .filteredOn(f -> f.severity() == Severity.ERROR)
                .singleElement()
                .satisfies(f -> {
                    assertThat(f.line()).isEqualTo(line);
                    assertThat(f.text()).contains(text);
                    assertThat(f).asString().startsWith(line == 0 ? "there is" : "line " + line + ": ");
                });
    }

    static Stream<Arguments> warnings() {
        return Stream.of(
                arguments("[actions]\nmigrate = none", 2, "migrate = none is left out"),
                arguments("[actions]\nmigrate = exclusive", 2, "migrate = exclusive is left out"),
                arguments("[actions]\nmigrate = unlock", 2, "migrate = unlock is left out"),
                arguments("[actions]\nprepare = shared", 2, "does not keep a second host"),
                arguments("[actions]\nprepare = none", 2, "does not keep a second host"));
    }

    @ParameterizedTest
    @MethodSource("warnings")
    void what_is_dangerous_is_told_with_its_line(String ini, int line, String text) {
        Imported imported = ActionMapping.importQemuIni(ini);
        assertThat(imported.usable()).isTrue();
        assertThat(imported.findings()).singleElement().satisfies(f -> {
            assertThat(f.line()).isEqualTo(line);
            assertThat(f.text()).contains(text);
        });
        assertThat(imported.mapping().action(HookOperation.MIGRATE)).isEqualTo(HookAction.SHARED);
    }

    @Test
    void findings_come_in_the_order_of_their_lines_and_good_lines_count() {
        Imported imported = ActionMapping.importQemuIni(
                "[actions]\nstarted = exclusive\nprepare = shared\nrelease = shared\nxyz\nstopped = unlock\n");
        assertThat(imported.findings()).extracting(Finding::line).containsExactly(3, 4, 5);
        assertThat(imported.mapping().action(HookOperation.STOPPED)).isEqualTo(HookAction.UNLOCK);
        assertThat(imported.mapping().action(HookOperation.RELEASE)).isEqualTo(HookAction.UNLOCK);
    }
}
