package io.lockstep.lab.scenarios;

import static io.lockstep.lab.scenario.Scenario.Trait.ON_EVERY_CHANGE;
import static io.lockstep.lab.scenario.Scenario.Trait.RUINS_THE_CLUSTER;

import io.lockstep.lab.lease.Holding;
import io.lockstep.lab.machine.Machine;
import io.lockstep.lab.machine.Outcome;
import io.lockstep.lab.scenario.Cluster;
import io.lockstep.lab.scenario.Scenario;
import io.lockstep.lab.scenario.Stage;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Guests that start and stop, and what else libvirt does with them on one host. */
final class Lifecycle {

    static final List<Scenario> ALL = List.of(
            Scenario.of(
                    "start-stop", "A guest with two disks starts and stops.", Lifecycle::startAndStop, ON_EVERY_CHANGE),
            Scenario.of(
                    "start-refused-elsewhere",
                    "The second host starts a guest that runs on the first; virsh says who holds its disks.",
                    Lifecycle::refusedElsewhere,
                    ON_EVERY_CHANGE),
            Scenario.of(
                    "start-on-both-at-once",
                    "Both hosts start one guest at the same moment: one of them gets it.",
                    Lifecycle::bothAtOnce,
                    ON_EVERY_CHANGE),
            Scenario.of("crash", "qemu is killed; its disks are released.", Lifecycle::crash, ON_EVERY_CHANGE),
            Scenario.of(
                    "save-restore",
                    "A guest is saved to a file and restored on the other host.",
                    Lifecycle::saveAndRestore),
            Scenario.of(
                    "cdrom-and-file-disk",
                    "A CD-ROM, an empty drive and a file disk stand beside a volume, and are nobody's business.",
                    Lifecycle::otherDisks,
                    ON_EVERY_CHANGE),
            Scenario.of(
                    "shared-disk-of-two-guests",
                    "Two hosts run guests with one shareable disk; it is SHARED on both.",
                    Lifecycle::shareable),
            Scenario.of(
                    "activated-by-hand",
                    "An administrator activated a volume by hand: it is left alone, and a start elsewhere says so.",
                    Lifecycle::byHand),
            Scenario.of(
                    "agent-stopped-at-start",
                    "The agent hangs (SIGSTOP): the start is refused after the hook's 65 seconds, and nothing stays behind.",
                    Lifecycle::hangingAgent),
            Scenario.of(
                    "libvirt-restarted-without-agent",
                    "libvirt's daemon restarts with guests running and the agent down: the guests live on.",
                    Lifecycle::libvirtRestarted,
                    ON_EVERY_CHANGE),
            Scenario.of(
                    "doctor",
                    "lockstepctl doctor finds what was broken on a host, and the commands that it names mend it.",
                    Lifecycle::doctor,
                    RUINS_THE_CLUSTER),
            Scenario.of(
                    "reboot-with-autostart",
                    "A host reboots; its autostarted guest runs again, with its locks.",
                    Lifecycle::reboot,
                    RUINS_THE_CLUSTER));

    private static final String PID = "systemctl show -p MainPID --value lockstep-agent";
    private static final String BOOT_ID = "cat /proc/sys/kernel/random/boot_id";

    private Lifecycle() {}

    private static void startAndStop(Stage stage) {
        Machine h1 = stage.h1();
        stage.define("d1", "d1_a", "d1_b");
        stage.does(h1, "virsh start d1");
        stage.heldStill(Holding.exclusive(1), "d1_a", "d1_b");
        stage.does(h1, "virsh destroy d1");
        stage.free("d1_a", "d1_b");
        stage.does(h1, "virsh start d1 --paused");
        stage.exclusive(h1, "d1_a", "d1_b");
        stage.does(h1, "virsh destroy d1");
        stage.free("d1_a", "d1_b");
    }

    private static void refusedElsewhere(Stage stage) {
        stage.define("d1", "d1_a", "d1_b");
        stage.does(stage.h1(), "virsh start d1");
        stage.exclusive(stage.h1(), "d1_a", "d1_b");
        stage.isRefused(stage.h2(), "virsh start d1", "vg0/d1_a", "h1");
        stage.heldStill(Holding.exclusive(1), "d1_a", "d1_b");
        stage.runsOnlyOn(stage.h1(), "d1");
    }

    private static void bothAtOnce(Stage stage) {
        stage.define("d1", "d1_a", "d1_b");
        CompletableFuture<Outcome> first = stage.begins(stage.h1(), "virsh start d1");
        CompletableFuture<Outcome> second = stage.begins(stage.h2(), "virsh start d1");
        boolean onFirst = stage.end(first).ok();
        boolean onSecond = stage.end(second).ok();
        stage.check("one of them runs it", onFirst != onSecond);
        Machine winner = onFirst ? stage.h1() : stage.h2();
        stage.exclusive(winner, "d1_a", "d1_b");
        stage.runsOnlyOn(winner, "d1");
    }

    private static void crash(Stage stage) {
        stage.define("d1", "d1_a", "d1_b");
        stage.does(stage.h1(), "virsh start d1");
        stage.exclusive(stage.h1(), "d1_a", "d1_b");
        stage.does(stage.h1(), "kill -9 $(cat /run/libvirt/qemu/d1.pid)");
        stage.free("d1_a", "d1_b");
        stage.does(stage.h2(), "virsh start d1");
        stage.exclusive(stage.h2(), "d1_a", "d1_b");
    }

    private static void saveAndRestore(Stage stage) {
        stage.define("d1", "d1_a", "d1_b");
        stage.does(stage.h1(), "virsh start d1");
        stage.does(stage.h1(), "virsh save d1 /root/d1.saved");
        stage.free("d1_a", "d1_b");
        stage.does(stage.h1(), "scp -q /root/d1.saved h2:/root/d1.saved");
        stage.does(stage.h2(), "virsh restore /root/d1.saved");
        stage.exclusive(stage.h2(), "d1_a", "d1_b");
        stage.isRefused(stage.h1(), "virsh restore /root/d1.saved", "h2");
        stage.heldStill(Holding.exclusive(2), "d1_a", "d1_b");
    }

    private static void otherDisks(Stage stage) {
        Machine h1 = stage.h1();
        stage.does(h1, "truncate -s 8M /var/tmp/file.raw /var/tmp/cd.iso");
        stage.defineOn(h1, "d1", "d1_a", "/var/tmp/file.raw", "cdrom:/var/tmp/cd.iso", "cdrom:");
        stage.does(h1, "virsh start d1");
        stage.exclusive(h1, "d1_a");
        stage.does(h1, "virsh destroy d1");
        stage.free("d1_a");
    }

    private static void shareable(Stage stage) {
        stage.defineOn(stage.h1(), "d1", "d1_a", "d1_b,shareable");
        stage.defineOn(stage.h2(), "d2", "d2_a", "d1_b,shareable");
        stage.does(stage.h1(), "virsh start d1");
        stage.does(stage.h2(), "virsh start d2");
        stage.held(Holding.shared(1, 2), "d1_b");
        stage.exclusive(stage.h1(), "d1_a");
        stage.exclusive(stage.h2(), "d2_a");
        stage.does(stage.h1(), "virsh destroy d1");
        stage.held(Holding.shared(2), "d1_b");
    }

    private static void byHand(Stage stage) {
        stage.define("d1", "d1_a");
        stage.does(stage.h2(), "lvchange -aey vg0/d1_a");
        stage.isRefused(stage.h1(), "virsh start d1", "vg0/d1_a", "h2");
        stage.act("(two looks of the agents)", () -> pause(Duration.ofSeconds(15)));
        stage.heldStill(Holding.exclusive(2), "d1_a");
        stage.untilSays(stage.h1(), "lockstepctl why vg0/d1_a", "activated by hand; Lockstep leaves it alone");
        stage.heldStill(Holding.exclusive(2), "d1_a");
        stage.does(stage.h1(), "lockstepctl release vg0/d1_a --host h2");
        stage.free("d1_a");
        stage.does(stage.h1(), "virsh start d1");
        stage.exclusive(stage.h1(), "d1_a");
    }

    private static void hangingAgent(Stage stage) {
        Machine h1 = stage.h1();
        stage.define("d1", "d1_a");
        // Or systemd would replace it: what the same agent does with a call that nobody waits for any more is the
        // question.
        stage.does(h1, "systemctl service-watchdogs no");
        String agent = h1.ok(PID);
        stage.does(h1, "systemctl kill -s STOP lockstep-agent");
        Outcome refusal = stage.isRefused(h1, "virsh start d1", "the agent did not answer in time");
        stage.check("it waited for its 65 seconds", refusal.took().compareTo(Duration.ofSeconds(65)) >= 0);
        stage.does(h1, "systemctl kill -s CONT lockstep-agent");
        stage.until("the agent of h1 is ready", () -> Cluster.ready(h1));
        stage.check("it is the same agent", h1.ok(PID).equals(agent));
        stage.act("(what comes late comes now)", () -> pause(Duration.ofSeconds(15)));
        stage.heldStill(Holding.FREE, "d1_a");
        stage.does(h1, "systemctl service-watchdogs yes");
        stage.does(h1, "virsh start d1");
        stage.exclusive(h1, "d1_a");
    }

    private static void libvirtRestarted(Stage stage) {
        Machine h1 = stage.h1();
        stage.define("d1", "d1_a", "d1_b");
        stage.does(h1, "virsh start d1");
        stage.exclusive(h1, "d1_a", "d1_b");
        stage.does(h1, "systemctl stop lockstep-agent");
        stage.does(h1, "lab-libvirt restart");
        stage.check("d1 still runs on h1", stage.runs(h1, "d1"));
        stage.heldStill(Holding.exclusive(1), "d1_a", "d1_b");
        stage.does(h1, "systemctl start lockstep-agent");
        stage.until("the agent of h1 is ready", () -> Cluster.ready(h1));
        stage.heldStill(Holding.exclusive(1), "d1_a", "d1_b");
        stage.does(h1, "virsh destroy d1");
        stage.free("d1_a", "d1_b");
    }

    private static void reboot(Stage stage) {
        Machine h2 = stage.h2();
        stage.define("d1", "d1_a", "d1_b");
        stage.does(h2, "virsh autostart d1");
        stage.does(h2, "virsh start d1");
        stage.exclusive(h2, "d1_a", "d1_b");
        String boot = h2.ok(BOOT_ID);
        stage.act("h2# systemctl reboot", () -> h2.run("systemctl reboot", Duration.ofSeconds(20)));
        stage.until("h2 has booted again", Duration.ofMinutes(6), () -> {
            Outcome now = h2.run(BOOT_ID, Duration.ofSeconds(15));
            return now.ok() && !now.out().strip().equals(boot);
        });
        stage.until("d1 runs on h2", Duration.ofMinutes(5), () -> stage.runs(h2, "d1"));
        stage.exclusive(h2, "d1_a", "d1_b");
        stage.isRefused(stage.h1(), "virsh start d1", "h2");
        stage.heldStill(Holding.exclusive(2), "d1_a", "d1_b");
    }

    private static void doctor(Stage stage) {
        Machine h1 = stage.h1();
        // So the lab is, and doctor says it.
        Set<String> always = Set.of("sanlock.watchdog", "libvirt-guests", "clock");
        diagnosis(stage, always);
        // The lab makes its volumes without it, and then the group's setting alone does no harm.
        stage.does(h1, "vgchange --quiet --setautoactivation y vg0 && lvchange --quiet --setautoactivation y vg0/d1_a");
        diagnosis(stage, with(always, "autoactivation.vg0"));
        stage.does(h1, remedy("autoactivation.vg0"));
        stage.does(h1, "lvchange --quiet --setautoactivation n vg0/d1_a");

        stage.does(h1, "mv /etc/libvirt/hooks/qemu.d/50-lockstep /root/");
        stage.does(h1, "vgchange --lock-stop vg0");
        stage.does(h1, "systemctl stop lockstep-agent");
        diagnosis(stage, with(always, "lockspace.vg0", "hook.installed", "agent"));
        stage.does(h1, remedy("lockspace.vg0"));
        stage.does(h1, remedy("hook.installed"));
        stage.does(h1, "systemctl start lockstep-agent");
        stage.until("the agent of h1 is ready", Duration.ofMinutes(2), () -> Cluster.ready(h1));
        diagnosis(stage, always);
        stage.heldStill(Holding.FREE, "d1_a", "d1_b");
    }

    private static Set<String> with(Set<String> some, String... more) {
        return Stream.concat(some.stream(), Stream.of(more)).collect(Collectors.toUnmodifiableSet());
    }

    /** Runs doctor, keeps what it says on the host, and compares what it finds. */
    private static void diagnosis(Stage stage, Set<String> expected) {
        Outcome said = stage.h1().run("lockstepctl doctor -o json | tee /root/doctor.json");
        Set<String> found = Pattern.compile("\"id\": *\"([^\"]+)\",\\s*\"status\": *\"(?:FAIL|WARN)\"")
                .matcher(said.out())
                .results()
                .map(r -> r.group(1))
                .collect(Collectors.toUnmodifiableSet());
        stage.check(
                "lockstepctl doctor on h1 finds " + expected + ", and nothing else: " + found, found.equals(expected));
    }

    /** The command that doctor named last for this, run as it stands. */
    private static String remedy(String check) {
        return "sh -c \"$(python3 -c 'import json,sys; print(next(c[\"remedy\"] for c in json.load(open(\"/root/doctor.json\"))[\"checks\"]"
                + " if c[\"id\"] == sys.argv[1]))' " + check + ")\"";
    }

    static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
