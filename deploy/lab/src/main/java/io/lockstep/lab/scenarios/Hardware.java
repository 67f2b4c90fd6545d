package io.lockstep.lab.scenarios;

import static io.lockstep.lab.scenario.Scenario.Trait.RUINS_THE_CLUSTER;

import io.lockstep.lab.lease.Holding;
import io.lockstep.lab.machine.Machine;
import io.lockstep.lab.machine.Outcome;
import io.lockstep.lab.scenario.Cluster;
import io.lockstep.lab.scenario.Scenario;
import io.lockstep.lab.scenario.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Hosts that lose power, lock daemons that die, a disk that does not answer. */
final class Hardware {

    /** A dead host's locks are granted to others after about 133 s (sanlock's io_timeout of 10 s). */
    private static final Duration SANLOCK = Duration.ofMinutes(5);

    static final List<Scenario> ALL = List.of(
            Scenario.of(
                    "power-cut-of-the-host",
                    "The host of a guest loses power: a repeated virsh start elsewhere succeeds after sanlock's time.",
                    Hardware::hostLost,
                    RUINS_THE_CLUSTER),
            Scenario.of(
                    "power-cut-of-the-target",
                    "The target loses power in mid-migration: the guest goes on at the source, EXCLUSIVE again.",
                    Hardware::targetLost,
                    RUINS_THE_CLUSTER),
            Scenario.of(
                    "disk-stalled",
                    "The shared disk does not answer one host for two minutes: its agent says so, and recovers.",
                    Hardware::stalled,
                    RUINS_THE_CLUSTER),
            Scenario.of(
                    "kill-command",
                    "The same for longer, with kill-vg: the group's guest is gone before another host gets its locks, others go on.",
                    Hardware::leasesLost,
                    RUINS_THE_CLUSTER),
            Scenario.of(
                    "lvmlockd-killed",
                    "lvmlockd is killed: guests go on, the agent says not ready and why, starts are refused.",
                    Hardware::lvmlockdKilled,
                    RUINS_THE_CLUSTER),
            Scenario.of(
                    "sanlock-killed",
                    "sanlock is killed on the guest's host: the agent says that its locks count no longer, and recovers.",
                    Hardware::sanlockKilled,
                    RUINS_THE_CLUSTER));

    private Hardware() {}

    private static void hostLost(Stage stage) {
        stage.define("d1", "d1_a", "d1_b");
        stage.does(stage.h2(), "virsh start d1");
        stage.exclusive(stage.h2(), "d1_a", "d1_b");
        stage.act("power cut of h2", stage.h2()::powerCut);
        stage.isRefused(stage.h1(), "virsh start d1", "h2");
        // As soon as the controller has lost that host.
        stage.until(
                "the refusal says how long it may take",
                Duration.ofSeconds(100),
                () -> stage.h1().run("virsh start d1").said().contains("within 4 minutes"));
        stage.until(
                "virsh start, repeated, succeeds on h1",
                SANLOCK,
                () -> stage.h1().run("virsh start d1").ok());
        stage.exclusive(stage.h1(), "d1_a", "d1_b");
        stage.act("h2 boots again", stage.h2()::boot);
        stage.until("the agent of h2 is ready", Duration.ofMinutes(4), () -> Cluster.ready(stage.h2()));
        stage.isRefused(stage.h2(), "virsh start d1", "h1");
        stage.heldStill(Holding.exclusive(1), "d1_a", "d1_b");
    }

    private static void targetLost(Stage stage) {
        Migrations.startOnFirst(stage);
        CompletableFuture<Outcome> migration = Migrations.halfWay(stage);
        stage.act("power cut of h2", stage.h2()::powerCut);
        // qemu would go on trying to reach the target for a quarter of an hour; an operator does not wait for that.
        stage.does(stage.h1(), "virsh domjobabort d1");
        stage.fails(migration);
        stage.exclusiveAfter(SANLOCK, stage.h1(), "d1_a", "d1_b");
        stage.check("d1 still runs on h1", stage.runs(stage.h1(), "d1"));
    }

    private static void stalled(Stage stage) {
        Machine h2 = stage.h2();
        stage.define("d1", "d1_a", "d1_b");
        stage.define("d2", "d2_a", "d2_b");
        stage.does(stage.h1(), "virsh start d1");
        Instant stalled = Instant.now();
        stage.act("the shared disk no longer answers h2", h2::stallDisk);
        stage.notReady(h2, Duration.ofMinutes(2), "volume group vg0: ");
        stage.isRefused(h2, "virsh start d2", "lockstep: d2: vg0/d2_a");
        stage.does(h2, "lab-probe agent live");
        stage.heldStill(Holding.FREE, "d2_a", "d2_b");
        stage.check("d1 still runs on h1", stage.runs(stage.h1(), "d1"));
        Duration rest = Duration.ofMinutes(2).minus(Duration.between(stalled, Instant.now()));
        if (rest.isPositive()) {
            stage.act("(the rest of two minutes)", () -> Lifecycle.pause(rest));
        }
        stage.act("the shared disk answers again", h2::unstallDisk);
        // h2 held no lock of vg0, so sanlock had nobody to kill, and lvmlockd has heard nothing.
        startLockspaceAgain(stage, h2);
        stage.does(h2, "virsh start d2");
        stage.exclusive(h2, "d2_a", "d2_b");
        stage.heldStill(Holding.exclusive(1), "d1_a", "d1_b");
    }

    private static void leasesLost(Stage stage) {
        Machine h1 = stage.h1();
        stage.define("d1", "d1_a", "d1_b");
        // A second shared group, on a disk of this host alone that goes on answering.
        stage.does(
                h1,
                "truncate -s 500M /var/tmp/vg9.img && losetup /dev/loop7 /var/tmp/vg9.img && vgcreate --shared vg9 /dev/loop7"
                        + " && lvcreate -q -y -n d9 -L 8M vg9 && lvchange -an vg9/d9");
        stage.defineOn(h1, "d9", "vg9/d9");
        stage.does(
                h1,
                "echo 'global/lvmlockctl_kill_command = \"/usr/lib/lockstep/kill-vg\"' >>/etc/lvm/lvm.conf"
                        + " && lvmconfig global/lvmlockctl_kill_command");
        stage.does(h1, "virsh start d1");
        stage.does(h1, "virsh start d9");
        stage.does(h1, "lvmlockctl --info | grep -A9 '^VG vg9 ' | grep '^LK LV ex'");
        stage.exclusive(h1, "d1_a", "d1_b");
        stage.act("the shared disk no longer answers h1", h1::stallDisk);
        stage.until(
                "the guest of vg0 is gone from h1",
                Duration.ofMinutes(4),
                () -> h1.run("! pgrep -f guest=[d]1,").ok());
        stage.heldStill(Holding.exclusive(h1.hostId()), "d1_a", "d1_b");
        stage.isRefused(stage.h2(), "virsh start d1", "h1");
        stage.untilSays(
                h1, "journalctl -t lockstep-kill-vg", "volume group vg0: nobody writes to it on this host any more");
        stage.does(h1, "! dmsetup table | grep '^vg0-d1_' | grep -v error");
        stage.check("d9 of the other group runs on", stage.runs(h1, "d9"));
        stage.does(h1, "dmsetup table vg9-d9 | grep linear");
        stage.until(
                "virsh start, repeated, succeeds on h2",
                SANLOCK,
                () -> stage.h2().run("virsh start d1").ok());
        stage.exclusive(stage.h2(), "d1_a", "d1_b");
        stage.act("the shared disk answers h1 again", h1::unstallDisk);
        stage.does(h1, "sleep 2; /usr/local/lib/lab/lab-lockstart");
        stage.until("the agent of h1 is ready again", Duration.ofMinutes(3), () -> Cluster.ready(h1));
        stage.isRefused(h1, "virsh start d1", "h2");
        stage.heldStill(Holding.exclusive(stage.h2().hostId()), "d1_a", "d1_b");
    }

    private static void lvmlockdKilled(Stage stage) {
        killed(stage, "lvmlockd");
        Machine h1 = stage.h1();
        stage.notReady(h1, Duration.ofSeconds(150), "volume group vg0: lvmlockd is not running");
        stage.isRefused(h1, "virsh start d2", "lockstep: d2: vg0/d2_a", "lvmlockd is not running");
        stage.check("d1 still runs on h1", stage.runs(h1, "d1"));
        // The guest's leases are orphans in sanlock now, which still keep everybody else away.
        stage.isRefused(stage.h2(), "virsh start d1", "h1");
        stage.heldStill(Holding.exclusive(1), "d1_a", "d1_b");
        stage.heldStill(Holding.FREE, "d2_a", "d2_b");
    }

    private static void sanlockKilled(Stage stage) {
        killed(stage, "sanlock");
        Machine h1 = stage.h1();
        // For sanlock's time the others are refused. After it they are granted, and only a watchdog keeps the guest
        // from writing then.
        stage.isRefused(stage.h2(), "virsh start d1", "h1");
        stage.notReady(h1, Duration.ofSeconds(150), "sanlock");
        stage.until(
                "an alarm says that d1 may have lost its locks",
                Duration.ofMinutes(4),
                () -> h1.run("lockstepctl alarms").said().contains("UNPROTECTED"));
        stage.isRefused(h1, "virsh start d2", "lockstep: d2: vg0/d2_a");
        stage.check("d1 still runs on h1", stage.runs(h1, "d1"));
        stage.heldStill(Holding.FREE, "d2_a", "d2_b");
        stage.does(h1, "systemctl start sanlock");
        stage.isRefused(h1, "vgchange --lock-stop vg0", "LVs must first be deactivated");
        stage.does(h1, "virsh destroy d1");
        startLockspaceAgain(stage, h1);
        stage.does(h1, "virsh start d1");
        stage.exclusive(h1, "d1_a", "d1_b");
    }

    /** Does what the agent says is to be done where lvmlockd has a lockspace that sanlock has not. */
    private static void startLockspaceAgain(Stage stage, Machine host) {
        String stop = "vgchange -an vg0; vgchange --lock-stop vg0";
        String start = "vgchange --lock-start vg0";
        stage.notReady(host, Duration.ofMinutes(1), "sanlock has no lockspace lvm_vg0 although lvmlockd has");
        stage.notReady(host, Duration.ofSeconds(10), stop + "; " + start);
        stage.until(stop, () -> host.run(stop.replace(";", " &&")).ok());
        stage.does(host, start);
        stage.until("the agent of " + host + " is ready again", Duration.ofMinutes(3), () -> Cluster.ready(host));
    }

    private static void killed(Stage stage, String daemon) {
        Machine h1 = stage.h1();
        stage.define("d1", "d1_a", "d1_b");
        stage.define("d2", "d2_a", "d2_b");
        stage.does(h1, "virsh start d1");
        stage.exclusive(h1, "d1_a", "d1_b");
        stage.does(h1, "systemctl kill -s KILL " + daemon + "; systemctl stop --no-block " + daemon);
    }
}
