package io.lockstep.lab.scenarios;

import static io.lockstep.lab.scenario.Scenario.Trait.ON_EVERY_CHANGE;
import static io.lockstep.lab.scenario.Scenario.Trait.RUINS_THE_CLUSTER;

import io.lockstep.lab.lease.Holding;
import io.lockstep.lab.machine.Machine;
import io.lockstep.lab.scenario.Cluster;
import io.lockstep.lab.scenario.Scenario;
import io.lockstep.lab.scenario.Stage;
import java.time.Duration;
import java.util.List;

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
                    "hot-plug",
                    "A disk is attached to and detached from a running guest, by lockstepctl and by virsh.",
                    Lifecycle::hotPlug),
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
                    "reboot-with-autostart",
                    "A host reboots; its autostarted guest runs again, with its locks.",
                    Lifecycle::reboot,
                    RUINS_THE_CLUSTER));

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
        stage.check("d1 still runs on h1", stage.runs(stage.h1(), "d1"));
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

    private static void hotPlug(Stage stage) {
        Machine h1 = stage.h1();
        stage.define("d1", "d1_a");
        stage.does(h1, "virsh start d1");
        stage.exclusive(h1, "d1_a");
        stage.does(h1, "lockstepctl attach-disk d1 vg0/d1_b --target vdc");
        stage.heldStill(Holding.exclusive(1), "d1_b");
        stage.does(h1, "virsh domblklist d1 | grep d1_b");
        stage.isRefused(stage.h2(), "lvchange -aey vg0/d1_b", "d1_b");
        stage.does(h1, "virsh detach-disk d1 vdc --live || true");
        stage.note(
                "(a guest without an operating system does not release a disk: the lock stays while libvirt lists it)");
        stage.does(h1, "virsh destroy d1");
        stage.free("d1_a", "d1_b");
    }

    private static void byHand(Stage stage) {
        stage.define("d1", "d1_a");
        stage.does(stage.h2(), "lvchange -aey vg0/d1_a");
        stage.isRefused(stage.h1(), "virsh start d1", "vg0/d1_a", "h2");
        stage.act("(two looks of the agents)", () -> pause(Duration.ofSeconds(15)));
        stage.heldStill(Holding.exclusive(2), "d1_a");
        stage.untilSays(stage.h1(), "lockstepctl why vg0/d1_a", "h2");
        stage.does(stage.h1(), "lockstepctl release vg0/d1_a --host h2");
        stage.free("d1_a");
        stage.does(stage.h1(), "virsh start d1");
        stage.exclusive(stage.h1(), "d1_a");
    }

    private static void hangingAgent(Stage stage) {
        Machine h1 = stage.h1();
        stage.define("d1", "d1_a");
        stage.does(h1, "systemctl kill -s STOP lockstep-agent");
        stage.isRefused(h1, "virsh start d1", "agent");
        stage.does(h1, "systemctl kill -s CONT lockstep-agent");
        stage.until("the agent of h1 is ready", () -> Cluster.ready(h1));
        stage.free("d1_a");
        stage.does(h1, "virsh start d1");
        stage.exclusive(h1, "d1_a");
    }

    private static void libvirtRestarted(Stage stage) {
        Machine h1 = stage.h1();
        stage.define("d1", "d1_a", "d1_b");
        stage.does(h1, "virsh start d1");
        stage.exclusive(h1, "d1_a", "d1_b");
        stage.does(h1, "systemctl stop lockstep-agent");
        stage.does(h1, "systemctl restart libvirtd");
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
        stage.act("h2 shuts down and boots again", () -> {
            h2.run("systemctl reboot", Duration.ofSeconds(20));
            Cluster.await(
                    Duration.ofMinutes(2),
                    () -> !h2.run("true", Duration.ofSeconds(5)).ok());
            h2.boot();
        });
        stage.until("d1 runs on h2", Duration.ofMinutes(5), () -> stage.runs(h2, "d1"));
        stage.exclusive(h2, "d1_a", "d1_b");
        stage.isRefused(stage.h1(), "virsh start d1", "h2");
    }

    static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
