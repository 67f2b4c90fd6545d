package io.lockstep.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.lockstep.cli.Ctl;
import io.lockstep.lvm.report.LvmReport;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DoctorTest {

    private static final String STATUS = "sanlock client status -D";
    private static final String DUMP = "lvmlockctl --info --dump";
    private static final String CONFIG = "lvmconfig --typeconfig full ";

    private static Map<String, JsonElement> checks(Machine machine) {
        return JsonParser.parseString(
                        Ctl.alone().on(machine).run("doctor", "-o", "json").out())
                .getAsJsonObject()
                .getAsJsonArray("checks")
                .asList()
                .stream()
                .collect(Collectors.toMap(c -> c.getAsJsonObject().get("id").getAsString(), c -> c));
    }

    private static String status(JsonElement check) {
        return check.getAsJsonObject().get("status").getAsString();
    }

    @Test
    void a_healthy_host_has_nothing_but_ok() {
        assertThat(checks(RecordedMachine.healthy()).values())
                .hasSizeGreaterThan(15)
                .allSatisfy(c -> assertThat(status(c)).as("%s", c).isEqualTo("OK"));
        assertThat(Ctl.alone().on(RecordedMachine.healthy()).run("doctor").exit())
                .isZero();
    }

    static Stream<Arguments> ailments() {
        return Stream.of(
                ailment("lvm.use-lvmlockd", "FAIL", m -> m.says(CONFIG + "global/use_lvmlockd", "use_lvmlockd=0\n")),
                ailment("lvm.host-id", "FAIL", m -> m.says(CONFIG + "local/host_id", "host_id=0\n")),
                ailment("lvm.host-id", "FAIL", m -> m.says(CONFIG + "local/host_id", "host_id=2001\n")),
                ailment("lvm.scan-lvs", "WARN", m -> m.says(CONFIG + "devices/scan_lvs", "scan_lvs=1\n")),
                ailment("lvmlockd", "FAIL", m -> m.says(DUMP, 1, "", "cannot connect to lvmlockd")),
                ailment("lockspace.vg0", "UNKNOWN", m -> m.says(DUMP, 1, "", "cannot connect to lvmlockd")),
                ailment("lockspace.vg0", "FAIL", m -> m.says(DUMP, "info=structs unused_action_count=31\n")),
                ailment("lockspace.vg0", "FAIL", m -> m.replaced(DUMP, "kill_vg=0", "kill_vg=1")),
                ailment("lockspace.vg0", "FAIL", m -> m.replaced(DUMP, "ls_name=lvm_vg0", "ls_name=REM:lvm_vg0")),
                ailment("lockspace.vg0", "FAIL", m -> m.replaced(STATUS, "space_dead=0", "space_dead=1")),
                ailment("lockspace.vg0", "UNKNOWN", m -> m.replaced(STATUS, "list=spaces", "list=add")),
                ailment("sanlock", "FAIL", m -> m.says(STATUS, 1, "", "")),
                ailment(
                        "sanlock.host-name",
                        "WARN",
                        m -> m.replaced(
                                STATUS, "our_host_name=h1", "our_host_name=0c6a52c1-2d5f-4b7e-9a0f-3f0a7a2c1b11.h1")),
                ailment(
                        "sanlock.host-id-unique",
                        "FAIL",
                        m -> m.replaced("sanlock client host_status -D", "owner_name=h1", "owner_name=h9")),
                ailment("sanlock.watchdog", "FAIL", m -> m.replaced(STATUS, "use_watchdog=1", "use_watchdog=0")),
                ailment("sanlock.watchdog", "WARN", m -> m.says("systemctl is-active wdmd", 3, "inactive\n", "")),
                ailment(
                        "autoactivation.vg0",
                        "WARN",
                        m -> m.says("vgs --noheadings -o autoactivation vg0", "  enabled\n")
                                .says(
                                        "lvs --noheadings -o lv_name,autoactivation vg0",
                                        "  t01  enabled\n  t02  enabled\n  t03         \n")),
                ailment("libvirt", "FAIL", m -> m.says("virsh -c qemu:///system version --daemon", 1, "", "error: no")),
                ailment("hook.installed", "FAIL", m -> m.executable("/etc/libvirt/hooks/qemu.d/50-lockstep", false)),
                ailment(
                        "hook.installed",
                        "FAIL",
                        m -> m.replaced("virsh -c qemu:///system version --daemon", "daemon: 11.3.0", "daemon: 6.4.0")),
                ailment("hook.program", "FAIL", m -> m.without("/usr/lib/lockstep/hook/lockstep-hook.jar")),
                ailment(
                        "hook.program",
                        "FAIL",
                        m -> m.says("/usr/lib/lockstep/hook/runtime/bin/java -version", 1, "", "libjli.so")),
                ailment("hook.program", "FAIL", m -> m.file("/etc/lockstep/hook.conf", "JAVA=/opt/java\n")),
                ailment("hook.settings", "WARN", m -> m.file("/etc/lockstep/hook.conf", "SKIP=start prepare\n")),
                ailment("hook.settings", "WARN", m -> m.says("stat -L -c %u:%a /etc/lockstep/hook.conf", "0:664\n")),
                ailment("hook.settings", "WARN", m -> m.says("stat -L -c %u:%a /etc/lockstep/hook.conf", "1000:644\n")),
                ailment(
                        "hook.settings",
                        "WARN",
                        m -> m.file("/etc/lockstep/bypass.d/web.bypass", "until=1795009999\nby=root\n")),
                ailment(
                        "apparmor.virtqemud",
                        "FAIL",
                        m -> m.file("/etc/apparmor.d/local/usr.sbin.virtqemud", "# of this host\n")),
                ailment("selinux", "FAIL", m -> m.file("/sys/fs/selinux/enforce", "1")),
                ailment(
                        "agent.enforcement",
                        "WARN",
                        m -> m.file("/etc/lockstep/agent.yaml", "lockstep:\n  enforcement: observe # at first\n")),
                ailment(
                        "agent.enforcement",
                        "WARN",
                        m -> m.file(
                                "/etc/lockstep/agent.yaml",
                                "lockstep:\n  enforcement-of-group:\n    vg1: 'off'\n  host: h1\n")),
                ailment(
                        "libvirt-guests",
                        "WARN",
                        m -> m.says("systemctl is-enabled libvirt-guests", 1, "disabled\n", "")),
                ailment(
                        "lockspaces.at-boot",
                        "WARN",
                        m -> m.says("systemctl is-enabled lvmlocks", 1, "disabled\n", "")),
                ailment("lockspace.vg0", "FAIL", m -> m.replaced(DUMP, "thread_stop=0", "thread_stop=1")),
                ailment("lockspace.vg0", "FAIL", m -> m.replaced(STATUS, "killing_pids=0", "killing_pids=1")),
                ailment("hook.aot-cache", "WARN", m -> m.says("/usr/lib/lockstep/hook/make-aot --check", 1, "no", "")),
                ailment(
                        "hook.seen-by-libvirt",
                        "UNKNOWN",
                        m -> m.says(
                                RecordedMachine.unit("virtqemud"),
                                "ActiveState=active\nStateChangeTimestamp=@1794999999\nMainPID=1\n")),
                ailment("agent", "FAIL", RecordedMachine::withoutAgent),
                ailment(
                        "agent",
                        "FAIL",
                        m -> m.ready("{\"status\":\"DOWN\",\"checks\":[{\"data\":{\"problem_1\":\"x\"}}]}")),
                ailment(
                        "controller",
                        "WARN",
                        m -> m.ready(
                                "{\"status\":\"UP\",\"checks\":[{\"data\":{\"controller\":\"no controller is configured\"}}]}")),
                ailment("agent.version", "WARN", m -> m.link("/usr/lib/lockstep/current", "versions/0.2.0-00000000")),
                ailment("clock", "WARN", m -> m.says("timedatectl show -p NTPSynchronized --value", "no\n")));
    }

    @Test
    void a_lockspace_that_sanlock_keeps_for_a_lvmlockd_that_died_is_not_to_be_started_again() {
        RecordedMachine machine = RecordedMachine.healthy().replaced(DUMP, "vg_name=vg0", "vg_name=vg9");
        assertThat(remedy(machine, "lockspace.vg0")).isEqualTo("vgchange --lock-start vg0");

        machine.added(
                STATUS,
                "r lvm_vg0:j2hSQS-PryZ-pKgm-5oY0-0pI6-dVfO-RgW4Uf:/dev/mapper/vg0-lvmlock:70254592:20 p 305 ORPHAN");
        assertThat(remedy(machine, "lockspace.vg0")).contains("reboot").contains("does not help");
    }

    @Test
    void a_lockspace_that_lvmlockd_alone_has_must_be_stopped_before_it_can_be_started() {
        RecordedMachine machine = RecordedMachine.healthy().replaced(STATUS, "s lvm_vg0:", "s lvm_vg9:");

        assertThat(remedy(machine, "lockspace.vg0")).contains("vgchange --lock-stop vg0; vgchange --lock-start vg0");
    }

    @Test
    void a_lockspace_that_sanlock_leaves_for_want_of_its_storage_is_no_business_of_a_restart() {
        RecordedMachine machine = RecordedMachine.healthy()
                .replaced(STATUS, "space_dead=0", "space_dead=1")
                .replaced(STATUS, "list=spaces", "list=rem");

        assertThat(remedy(machine, "lockspace.vg0")).contains("mend the storage");
    }

    @Test
    void where_selinux_is_enforcing_no_command_is_named_that_installs_the_hook() {
        String hook = "/etc/libvirt/hooks/qemu.d/50-lockstep";
        RecordedMachine machine = RecordedMachine.healthy()
                .executable(hook, false)
                .executable("/usr/lib/lockstep/hook/install-hook", true);
        assertThat(remedy(machine, "hook.installed")).isEqualTo("/usr/lib/lockstep/hook/install-hook");

        machine.file("/sys/fs/selinux/enforce", "1");
        assertThat(remedy(machine, "hook.installed")).contains("operations.md").doesNotContain("install-hook");
    }

    private static String remedy(RecordedMachine machine, String id) {
        return checks(machine).get(id).getAsJsonObject().get("remedy").getAsString();
    }

    private static Arguments ailment(String id, String status, UnaryOperator<RecordedMachine> change) {
        return Arguments.of(id, status, change);
    }

    @ParameterizedTest
    @MethodSource("ailments")
    void what_is_wrong_is_found_and_has_a_remedy(String id, String status, UnaryOperator<RecordedMachine> change) {
        RecordedMachine machine = change.apply(RecordedMachine.healthy());

        JsonElement check = checks(machine).get(id);

        assertThat(status(check)).as("%s", check).isEqualTo(status);
        assertThat(check.getAsJsonObject().get("remedy").getAsString()).isNotEmpty();
        assertThat(Ctl.alone().on(machine).run("doctor").exit())
                .isEqualTo(status.equals("FAIL") || failsToo(machine) ? 1 : 0);
    }

    private static boolean failsToo(Machine machine) {
        return checks(machine).values().stream().anyMatch(c -> status(c).equals("FAIL"));
    }

    @Test
    void what_is_over_or_concerns_something_else_is_no_ailment() {
        RecordedMachine machine = RecordedMachine.healthy()
                .file("/etc/lockstep/bypass.d/web.bypass", "until=1795000499\n")
                .file("/etc/lockstep/bypass.d/.new-1", "until=1795009999\n")
                .file(
                        "/etc/lockstep/agent.yaml",
                        "lockstep:\n  enforcement-of-domain:\n    web: enforce\n  grace: 5s\n");
        assertThat(status(checks(machine).get("hook.settings"))).isEqualTo("OK");
        assertThat(status(checks(machine).get("agent.enforcement"))).isEqualTo("OK");
    }

    @Test
    void an_old_systemd_tells_too_when_libvirt_was_started() {
        RecordedMachine machine = RecordedMachine.healthy()
                .silent(RecordedMachine.unit("virtqemud"))
                .says(
                        "systemctl show -p ActiveState,StateChangeTimestampMonotonic,MainPID virtqemud.service",
                        "ActiveState=active\nStateChangeTimestampMonotonic=600000000\nMainPID=900\n");
        assertThat(status(checks(machine).get("hook.seen-by-libvirt"))).isEqualTo("OK");
        machine.says(
                "systemctl show -p ActiveState,StateChangeTimestampMonotonic,MainPID virtqemud.service",
                "ActiveState=active\nStateChangeTimestampMonotonic=400000000\nMainPID=900\n");
        assertThat(status(checks(machine).get("hook.seen-by-libvirt"))).isEqualTo("UNKNOWN");
    }

    @Test
    void a_kill_command_is_as_good_as_a_watchdog() {
        RecordedMachine machine = withKillCommand().executable("/usr/lib/lockstep/kill-vg", true);

        assertThat(status(checks(machine).get("sanlock.watchdog"))).isEqualTo("OK");
    }

    @Test
    void a_kill_command_that_cannot_be_run_protects_nobody() {
        JsonElement check = checks(withKillCommand()).get("sanlock.watchdog");

        assertThat(status(check)).isEqualTo("FAIL");
        assertThat(check.toString()).contains("/usr/lib/lockstep/kill-vg, which cannot be run");
    }

    private static RecordedMachine withKillCommand() {
        return RecordedMachine.healthy()
                .replaced(STATUS, "use_watchdog=1", "use_watchdog=0")
                .says(
                        CONFIG + "global/lvmlockctl_kill_command",
                        "lvmlockctl_kill_command=\"/usr/lib/lockstep/kill-vg\"\n");
    }

    @Test
    void a_host_whose_groups_use_dlm_needs_no_sanlock() {
        RecordedMachine machine = RecordedMachine.healthy()
                .replaced(LvmReport.groups().toString(), "sanlock", "dlm")
                .replaced(DUMP, "lm_type=sanlock", "lm_type=dlm")
                .says(STATUS, 1, "", "");
        assertThat(checks(machine)).doesNotContainKeys("sanlock", "sanlock.watchdog");
        assertThat(Ctl.alone().on(machine).run("doctor").exit()).isZero();
    }

    @Test
    void a_host_with_nothing_installed_gets_no_ok_but_answers() {
        RecordedMachine bare = RecordedMachine.bare();
        assertThat(checks(bare).values()).noneSatisfy(c -> assertThat(status(c)).isEqualTo("OK"));
        assertThat(Ctl.alone().on(bare).run("doctor").exit()).isOne();
    }
}
