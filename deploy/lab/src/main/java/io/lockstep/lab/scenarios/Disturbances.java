package io.lockstep.lab.scenarios;

import static io.lockstep.lab.scenario.Scenario.Trait.ON_EVERY_CHANGE;
import static io.lockstep.lab.scenario.Scenario.Trait.RUINS_THE_CLUSTER;

import io.lockstep.lab.lease.Holding;
import io.lockstep.lab.machine.Machine;
import io.lockstep.lab.machine.Outcome;
import io.lockstep.lab.scenario.Scenario;
import io.lockstep.lab.scenario.Stage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Programs that die while a guest starts or migrates: qemu, libvirt's daemon, the agents, the controller. */
final class Disturbances {

    private static final String QEMU = "kill -9 $(cat /run/libvirt/qemu/d1.pid)";
    private static final String LIBVIRTD = "lab-libvirt kill";
    private static final String AGENT = "systemctl kill -s KILL lockstep-agent";
    private static final String CONTROLLER = "systemctl kill -s KILL lockstep-controller";

    /** The same programs under another version's name: what is installed is what runs, and would not be replaced. */
    private static final String NEXT_VERSION =
            "mkdir -p /mnt/lab-product && mount -o ro /dev/disk/by-id/virtio-product /mnt/lab-product"
                    + " && rm -rf /var/tmp/next && cp -a /mnt/lab-product /var/tmp/next && umount /mnt/lab-product"
                    + " && echo \"$(cat /var/tmp/next/ID)-next\" > /var/tmp/next/ID";

    /** An agent starts in half a minute in emulation, and looks twice. */
    private static final Duration AGENT_RESTARTS = Duration.ofMinutes(3);

    static final List<Scenario> ALL = List.of(
            Scenario.of(
                    "target-dies-before-prepare",
                    "The target's libvirt dies between migrate and prepare: no hook fires anywhere.",
                    Disturbances::targetDiesBeforePrepare),
            Scenario.of(
                    "target-qemu-killed",
                    "The target's qemu is killed half-way.",
                    Disturbances::targetQemu,
                    ON_EVERY_CHANGE),
            Scenario.of(
                    "target-libvirt-killed",
                    "The target's libvirt daemon is killed half-way.",
                    Disturbances::targetLibvirt),
            Scenario.of(
                    "source-libvirt-killed",
                    "The source's libvirt daemon is killed half-way.",
                    Disturbances::sourceLibvirt),
            Scenario.of(
                    "target-agent-killed",
                    "The target's agent is killed while the handover opens, half-way, and before the source lets go.",
                    s -> agent(s, s.h2())),
            Scenario.of(
                    "source-agent-killed",
                    "The source's agent is killed while the handover opens, half-way, and before it lets go.",
                    s -> agent(s, s.h1())),
            Scenario.of(
                    "agents-killed-halfway",
                    "Both agents are killed half-way; the migration ends EXCLUSIVE on the target.",
                    Disturbances::bothAgents),
            Scenario.of(
                    "controller-down-at-start",
                    "Without a controller guests start and stop, and a migration is refused and says why.",
                    Disturbances::noController,
                    ON_EVERY_CHANGE),
            Scenario.of(
                    "controller-killed-halfway",
                    "The controller dies in mid-migration: both agents finish alone.",
                    Disturbances::controllerKilled),
            Scenario.of(
                    "agent-upgraded-halfway",
                    "The next version is installed on both hosts in mid-migration.",
                    Disturbances::upgrade,
                    RUINS_THE_CLUSTER));

    private Disturbances() {}

    private static void targetDiesBeforePrepare(Stage stage) {
        Migrations.startOnFirst(stage);
        Migrations.hook(stage, stage.h2(), "migrate", "sleep 30");
        CompletableFuture<Outcome> migration = stage.begins(stage.h1(), Migrations.live("d1", stage.h2()));
        stage.held(Holding.shared(1, 2), "d1_a", "d1_b");
        Migrations.unhook(stage, stage.h2());
        stage.does(stage.h2(), LIBVIRTD);
        stage.fails(migration);
        stage.exclusiveAfter(Duration.ofMinutes(3), stage.h1(), "d1_a", "d1_b");
        stage.runsOnlyOn(stage.h1(), "d1");
        stage.does(stage.h1(), Migrations.live("d1", stage.h2()));
        stage.exclusive(stage.h2(), "d1_a", "d1_b");
    }

    private static void targetQemu(Stage stage) {
        Migrations.startOnFirst(stage);
        CompletableFuture<Outcome> migration = Migrations.halfWay(stage);
        stage.does(stage.h2(), QEMU);
        stage.fails(migration);
        stage.exclusive(stage.h1(), "d1_a", "d1_b");
        stage.runsOnlyOn(stage.h1(), "d1");
    }

    private static void targetLibvirt(Stage stage) {
        Migrations.startOnFirst(stage);
        CompletableFuture<Outcome> migration = Migrations.halfWay(stage);
        stage.does(stage.h2(), LIBVIRTD);
        stage.fails(migration);
        stage.exclusiveAfter(Duration.ofMinutes(3), stage.h1(), "d1_a", "d1_b");
        stage.runsOnlyOn(stage.h1(), "d1");
    }

    private static void sourceLibvirt(Stage stage) {
        Migrations.startOnFirst(stage);
        CompletableFuture<Outcome> migration = Migrations.halfWay(stage);
        stage.does(stage.h1(), LIBVIRTD);
        stage.fails(migration);
        stage.exclusiveAfter(Duration.ofMinutes(3), stage.h1(), "d1_a", "d1_b");
        stage.runsOnlyOn(stage.h1(), "d1");
    }

    private static void agent(Stage stage, Machine victim) {
        Migrations.startOnFirst(stage);

        CompletableFuture<Outcome> opening = stage.begins(stage.h1(), Migrations.live("d1", stage.h2()));
        stage.until(
                "the source lets go of EXCLUSIVE: the handover is being opened",
                () -> !stage.cluster().leases().of("d1_a").equals(Holding.exclusive(1)));
        stage.does(victim, AGENT);
        boolean moved = stage.end(opening).ok();
        back(stage, victim, moved);

        CompletableFuture<Outcome> copying = Migrations.halfWay(stage);
        stage.does(victim, AGENT);
        stage.succeeds(copying);
        back(stage, victim, true);

        CompletableFuture<Outcome> leaving = Migrations.heldUp(stage, stage.h1(), Migrations.BEFORE_OURS, "release");
        stage.does(victim, AGENT);
        Migrations.goOn(stage, stage.h1());
        stage.succeeds(leaving);
        stage.exclusiveAfter(AGENT_RESTARTS, stage.h2(), "d1_a", "d1_b");
        stage.runsOnlyOn(stage.h2(), "d1");
    }

    private static void back(Stage stage, Machine victim, boolean moved) {
        Machine now = moved ? stage.h2() : stage.h1();
        stage.exclusiveAfter(AGENT_RESTARTS, now, "d1_a", "d1_b");
        stage.runsOnlyOn(now, "d1");
        stage.connected(victim);
        if (moved) {
            stage.does(stage.h2(), Migrations.live("d1", stage.h1()));
            stage.exclusive(stage.h1(), "d1_a", "d1_b");
        }
    }

    private static void bothAgents(Stage stage) {
        Migrations.startOnFirst(stage);
        CompletableFuture<Outcome> migration = Migrations.halfWay(stage);
        stage.does(stage.h1(), AGENT);
        stage.does(stage.h2(), AGENT);
        stage.succeeds(migration);
        stage.exclusiveAfter(Duration.ofMinutes(2), stage.h2(), "d1_a", "d1_b");
    }

    private static void noController(Stage stage) {
        stage.define("d1", "d1_a", "d1_b");
        stage.does(stage.h1(), "systemctl stop lockstep-controller");
        stage.does(stage.h1(), "virsh start d1");
        stage.exclusive(stage.h1(), "d1_a", "d1_b");
        stage.isRefused(stage.h2(), "virsh start d1", "vg0/d1_a", "h1");
        stage.isRefused(stage.h1(), Migrations.live("d1", stage.h2()), "controller");
        stage.heldStill(Holding.exclusive(1), "d1_a", "d1_b");
        stage.does(stage.h1(), "virsh destroy d1");
        stage.free("d1_a", "d1_b");
        stage.does(stage.h1(), "systemctl start lockstep-controller");
    }

    private static void controllerKilled(Stage stage) {
        Migrations.startOnFirst(stage);
        CompletableFuture<Outcome> migration = Migrations.halfWay(stage);
        // systemd would start it again before the migration ends.
        stage.does(stage.h1(), CONTROLLER + "; systemctl stop lockstep-controller");
        stage.succeeds(migration);
        stage.exclusiveAfter(Duration.ofMinutes(2), stage.h2(), "d1_a", "d1_b");
        stage.check(
                "the controller is still down",
                !stage.h1().run("systemctl is-active lockstep-controller").ok());
        stage.runsOnlyOn(stage.h2(), "d1");
        stage.does(stage.h1(), "systemctl start lockstep-controller");
        stage.connected(stage.h2());
    }

    private static void upgrade(Stage stage) {
        List<Machine> hosts = stage.cluster().hosts();
        for (Machine host : hosts) {
            stage.does(host, NEXT_VERSION);
        }
        Migrations.startOnFirst(stage);
        CompletableFuture<Outcome> migration = Migrations.heldUp(stage, stage.h2(), Migrations.AFTER_OURS, "started");
        List<CompletableFuture<Outcome>> upgrades = hosts.stream()
                .map(h -> stage.begins(h, "/var/tmp/next/install --agent"))
                .toList();
        upgrades.forEach(stage::succeeds);
        for (Machine host : hosts) {
            stage.until(
                    "the agent of " + host + " is of the next version",
                    () -> host.run(
                                    "readlink /proc/$(systemctl show -p MainPID --value lockstep-agent)/cwd | grep -- -next/")
                            .ok());
        }
        stage.heldStill(Holding.shared(1, 2), "d1_a", "d1_b");
        Migrations.goOn(stage, stage.h2());
        stage.succeeds(migration);
        stage.exclusiveAfter(AGENT_RESTARTS, stage.h2(), "d1_a", "d1_b");
        stage.runsOnlyOn(stage.h2(), "d1");
        hosts.forEach(stage::connected);
    }
}
