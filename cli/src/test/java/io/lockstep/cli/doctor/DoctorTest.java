package io.lockstep.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.lockstep.cli.Ctl;
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
                                .says("lvs --noheadings -o lv_name -S autoactivation=enabled vg0", "  t01\n  t02\n")),
                ailment(
                        "libvirt",
                        "FAIL",
                        m -> m.says("virsh -r -c qemu:///system version --daemon", 1, "", "error: no")),
                ailment("hook.installed", "FAIL", m -> m.executable("/etc/libvirt/hooks/qemu.d/50-lockstep", false)),
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
    void a_kill_command_is_as_good_as_a_watchdog() {
        RecordedMachine machine = RecordedMachine.healthy()
                .replaced(STATUS, "use_watchdog=1", "use_watchdog=0")
                .says(CONFIG + "global/lvmlockctl_kill_command", "lvmlockctl_kill_command=\"/usr/sbin/x\"\n");
        assertThat(status(checks(machine).get("sanlock.watchdog"))).isEqualTo("OK");
    }

    @Test
    void a_host_whose_groups_use_dlm_needs_no_sanlock() {
        RecordedMachine machine = RecordedMachine.healthy()
                .replaced(
                        "vgs --nolocking --shared --reportformat json_std -o vg_name,vg_uuid,vg_lock_type",
                        "sanlock",
                        "dlm")
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
