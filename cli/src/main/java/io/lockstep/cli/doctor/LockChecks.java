package io.lockstep.cli.doctor;

import io.lockstep.lvm.command.CommandRunner;
import io.lockstep.lvm.lvmlockd.AfterOthers;
import io.lockstep.lvm.lvmlockd.LockdDump;
import io.lockstep.lvm.report.LvmReport;
import io.lockstep.lvm.report.VgRow;
import io.lockstep.lvm.sanlock.HostNames;
import io.lockstep.lvm.sanlock.SanlockSpace;
import io.lockstep.lvm.sanlock.SanlockStatus;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** LVM, lvmlockd and sanlock of this host. */
final class LockChecks {

    private static final int LARGEST_HOST_ID = 2000;

    private final Machine machine;
    private final CommandRunner runner;
    private final Answers<LockdDump> lockd;
    private final Answers<SanlockStatus> sanlock;
    private final Answers<HostNames> names;
    private final Answers<List<VgRow>> groups;

    LockChecks(Machine machine) {
        this.machine = machine;
        this.runner = machine.runner();
        // The agent asks it all the time.
        this.lockd = Answers.of(new AfterOthers(runner), LockdDump.COMMAND, LockdDump::parse);
        this.sanlock = Answers.of(runner, SanlockStatus.COMMAND, SanlockStatus::parse);
        this.names = Answers.of(runner, HostNames.COMMAND, HostNames::parse);
        this.groups = Answers.of(runner, LvmReport.groups(), LvmReport::parseGroups);
    }

    List<Check> all() {
        List<Check> checks = new ArrayList<>();
        checks.add(setting(
                "lvm.use-lvmlockd",
                "global/use_lvmlockd",
                "1",
                "LVM asks lvmlockd",
                "LVM does not ask lvmlockd: every lock is ignored",
                "set use_lvmlockd = 1 under global in /etc/lvm/lvm.conf"));
        checks.add(hostId());
        checks.add(answers("lvmlockd", lockd));
        if (usesSanlock()) {
            checks.add(answers("sanlock", sanlock));
        }
        checks.add(shared());
        sharedGroups().forEach(g -> {
            checks.add(LockspaceCheck.of(g, lockd, sanlock));
            checks.add(autoactivation(g));
        });
        if (usesSanlock()) {
            checks.add(unique());
            checks.add(hostName());
            checks.add(watchdog());
        }
        checks.add(scanning());
        return checks;
    }

    /** {@code use_lvmlockd=1}, as lvmconfig says it: what counts, wherever it is written. */
    private Answers<String> configured(String name) {
        return switch (Answers.line(runner, "lvmconfig", "--typeconfig", "full", name)) {
            case Answers.Given<String>(String line) ->
                new Answers.Given<>(
                        line.substring(line.indexOf('=') + 1).replace("\"", "").strip());
            case Answers.Missing<String> missing -> missing;
        };
    }

    private Check setting(String id, String name, String wanted, String good, String bad, String remedy) {
        Answers<String> value = configured(name);
        return value.unless(
                id,
                "lvmconfig " + name,
                () -> value.given().equals(Optional.of(wanted)) ? Check.ok(id, good) : Check.fail(id, bad, remedy));
    }

    private Check hostId() {
        String id = "lvm.host-id";
        if (!usesSanlock()) {
            return Check.ok(id, "no volume group uses sanlock, which needs it");
        }
        Answers<String> value = configured("local/host_id");
        String remedy = "set host_id = N under local in /etc/lvm/lvmlocal.conf: 1 to 2000, another one on every host";
        return value.unless(id, remedy, () -> {
            String said = value.given().orElse("");
            return said.matches("[1-9]\\d{0,3}") && Integer.parseInt(said) <= LARGEST_HOST_ID
                    ? Check.ok(id, "this host is number " + said)
                    : Check.fail(id, "this host has no number for sanlock (host_id is " + said + ")", remedy);
        });
    }

    private static Check answers(String daemon, Answers<?> answer) {
        return answer.given().isPresent()
                ? Check.ok(daemon, "it answers")
                : Check.fail(daemon, answer.reason(), "systemctl status " + daemon);
    }

    /** As long as every shared volume group is not known to use another lock manager. */
    private boolean usesSanlock() {
        return sharedGroups().isEmpty()
                || sharedGroups().stream().anyMatch(g -> g.lockType().equals("sanlock"));
    }

    private List<VgRow> sharedGroups() {
        return groups.given().orElse(List.of()).stream().filter(VgRow::shared).toList();
    }

    private Check shared() {
        String id = "lvm.shared-groups";
        return groups.unless(
                id,
                "vgs -o +vg_lock_type",
                () -> sharedGroups().isEmpty()
                        ? Check.fail(
                                id,
                                "no volume group is shared, and others are none of Lockstep's",
                                "vgcreate --shared VG DEVICE, or vgchange --lock-type sanlock VG when it is in use nowhere")
                        : Check.ok(
                                id,
                                "shared: "
                                        + String.join(
                                                ", ",
                                                sharedGroups().stream()
                                                        .map(g -> g.name().value())
                                                        .toList())));
    }

    private Check autoactivation(VgRow group) {
        String vg = group.name().value();
        String id = "autoactivation." + vg;
        String remedy = "vgchange --setautoactivation n " + vg;
        Answers<String> ofGroup = Answers.line(runner, "vgs", "--noheadings", "-o", "autoactivation", vg);
        return ofGroup.unless(id, remedy, () -> {
            if (!ofGroup.given().orElse("").equals("enabled")) {
                return Check.ok(id, "off for the whole group");
            }
            // Not by a selection: LVM 2.03.31 takes the field for a number there.
            Answers<List<String>> ofVolumes =
                    Answers.lines(runner, "lvs", "--noheadings", "-o", "lv_name,autoactivation", vg);
            return ofVolumes.unless(id, remedy, () -> {
                List<String> on = ofVolumes.given().orElse(List.of()).stream()
                        .filter(l -> l.strip().endsWith(" enabled"))
                        .toList();
                return on.isEmpty()
                        ? Check.ok(id, "off for every volume")
                        : Check.warn(
                                id,
                                "a boot may lock " + on.size()
                                        + " volumes here EXCLUSIVE, and other hosts cannot start their"
                                        + " guests then",
                                remedy);
            });
        });
    }

    /** The name that a lockspace has for our own number must be our own. */
    private Check unique() {
        String id = "sanlock.host-id-unique";
        return sanlock.unless(id, "systemctl status sanlock", () -> {
            SanlockStatus status = sanlock.given().orElseThrow();
            for (SanlockSpace space : status.spaces()) {
                Optional<String> owner = names.given()
                        .flatMap(n -> n.host(space.name(), space.hostId()))
                        .map(HostNames.HostDetail::name);
                if (owner.isPresent() && !owner.get().isEmpty() && !owner.get().equals(status.hostName())) {
                    return Check.fail(
                            id,
                            "number " + space.hostId() + " of " + space.name() + " belongs to " + owner.get()
                                    + ", and this host is " + status.hostName(),
                            "give this host another host_id in /etc/lvm/lvmlocal.conf, and start its lockspaces again");
                }
            }
            return status.spaces().isEmpty() || names.given().isEmpty()
                    ? Check.unknown(id, "seen only in a lockspace that is started", "vgchange --lock-start")
                    : Check.ok(id, "its number is its own in every lockspace");
        });
    }

    private Check hostName() {
        String id = "sanlock.host-name";
        return sanlock.unless(id, "systemctl status sanlock", () -> {
            String name = sanlock.given().map(SanlockStatus::hostName).orElse("");
            // What sanlock makes up when nothing is set: a random UUID and the host name.
            return name.isEmpty() || name.matches("[0-9a-f]{8}-[0-9a-f-]{27}.*")
                    ? Check.warn(
                            id,
                            "refusals cannot say which host holds a lock, only its number, and after a crash this host waits"
                                    + " about 3 minutes for its lockspaces",
                            "set our_host_name = NAME in /etc/sanlock/sanlock.conf; it counts from sanlock's next start")
                    : Check.ok(id, "others see it as " + name);
        });
    }

    private Check watchdog() {
        String id = "sanlock.watchdog";
        return sanlock.unless(id, "systemctl status sanlock", () -> {
            if (sanlock.given().map(SanlockStatus::watchdog).orElse(false)) {
                return Answers.line(runner, "systemctl", "is-active", "wdmd")
                                .given()
                                .equals(Optional.of("active"))
                        ? Check.ok(id, "a host that loses its leases is reset")
                        : Check.warn(
                                id, "sanlock wants the watchdog, and wdmd does not run", "systemctl enable --now wdmd");
            }
            return killCommand(id);
        });
    }

    /** Without a watchdog: what lvmlockctl runs when the leases of a group are lost. */
    private Check killCommand(String id) {
        String command = configured("global/lvmlockctl_kill_command").given().orElse("");
        if (command.isEmpty()) {
            return Check.fail(
                    id,
                    "a host that loses its leases goes on writing while another host is granted its locks",
                    "set use_watchdog = 1 in /etc/sanlock/sanlock.conf and systemctl enable --now wdmd, or set"
                            + " lvmlockctl_kill_command = \"/usr/lib/lockstep/kill-vg\" under global in /etc/lvm/lvm.conf");
        }
        String program = command.split(" ", 2)[0];
        return machine.executable(Path.of(program))
                ? Check.ok(id, "without a watchdog, " + program + " ends the guests of a lost volume group")
                : Check.fail(
                        id,
                        "lvmlockctl_kill_command names " + program + ", which cannot be run: a host that loses its"
                                + " leases goes on writing while another host is granted its locks",
                        "set lvmlockctl_kill_command = \"/usr/lib/lockstep/kill-vg\" under global in /etc/lvm/lvm.conf");
    }

    private Check scanning() {
        String id = "lvm.scan-lvs";
        Answers<String> value = configured("devices/scan_lvs");
        return value.unless(
                id,
                "lvmconfig devices/scan_lvs",
                () -> value.given().equals(Optional.of("0"))
                        ? Check.ok(id, "LVM inside guests is left alone")
                        : Check.warn(
                                id,
                                "this host looks for LVM inside its guests' volumes, and may keep them open",
                                "set scan_lvs = 0 under devices in /etc/lvm/lvm.conf"));
    }
}
