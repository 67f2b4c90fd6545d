package io.lockstep.lab.scenarios;

import static io.lockstep.lab.scenario.Scenario.Trait.ON_EVERY_CHANGE;

import io.lockstep.lab.lease.Holding;
import io.lockstep.lab.machine.Machine;
import io.lockstep.lab.machine.Outcome;
import io.lockstep.lab.scenario.Cluster;
import io.lockstep.lab.scenario.Scenario;
import io.lockstep.lab.scenario.Stage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Programs that die while a guest starts or migrates: qemu, libvirt's daemon, the agents, the controller. */
final class Disturbances {

    private static final String QEMU = "kill -9 $(cat /run/libvirt/qemu/d1.pid)";
    private static final String LIBVIRTD = "systemctl kill -s KILL libvirtd";
    private static final String AGENT = "systemctl kill -s KILL lockstep-agent";
    private static final String CONTROLLER = "systemctl kill -s KILL lockstep-controller";

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
                    "The target's agent is killed while it opens the handover, half-way, and at the end.",
                    s -> agent(s, s.h2())),
            Scenario.of(
                    "source-agent-killed",
                    "The source's agent is killed while the handover opens, half-way, and at the end.",
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
                    "Lockstep is installed anew on both hosts in mid-migration.",
                    Disturbances::upgrade));

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
        stage.check("d1 still runs on h1", stage.runs(stage.h1(), "d1"));
        stage.does(stage.h1(), Migrations.live("d1", stage.h2()));
        stage.exclusive(stage.h2(), "d1_a", "d1_b");
    }

    private static void targetQemu(Stage stage) {
        Migrations.startOnFirst(stage);
        CompletableFuture<Outcome> migration = Migrations.halfWay(stage);
        stage.does(stage.h2(), QEMU);
        stage.fails(migration);
        stage.exclusive(stage.h1(), "d1_a", "d1_b");
        stage.check("d1 still runs on h1", stage.runs(stage.h1(), "d1"));
    }

    private static void targetLibvirt(Stage stage) {
        Migrations.startOnFirst(stage);
        CompletableFuture<Outcome> migration = Migrations.halfWay(stage);
        stage.does(stage.h2(), LIBVIRTD);
        stage.fails(migration);
        stage.exclusiveAfter(Duration.ofMinutes(3), stage.h1(), "d1_a", "d1_b");
        stage.check("d1 still runs on h1", stage.runs(stage.h1(), "d1"));
    }

    private static void sourceLibvirt(Stage stage) {
        Migrations.startOnFirst(stage);
        CompletableFuture<Outcome> migration = Migrations.halfWay(stage);
        stage.does(stage.h1(), LIBVIRTD);
        stage.fails(migration);
        stage.exclusiveAfter(Duration.ofMinutes(3), stage.h1(), "d1_a", "d1_b");
        stage.check("d1 still runs on h1", stage.runs(stage.h1(), "d1"));
    }

    private static void agent(Stage stage, Machine victim) {
        Migrations.startOnFirst(stage);

        CompletableFuture<Outcome> first = stage.begins(stage.h1(), Migrations.live("d1", stage.h2()));
        stage.act("(a moment, so that the handover is being opened)", () -> Lifecycle.pause(Duration.ofMillis(700)));
        stage.does(victim, AGENT);
        Outcome end = stage.end(first);
        Machine now = end.ok() ? stage.h2() : stage.h1();
        stage.exclusiveAfter(Duration.ofMinutes(2), now, "d1_a", "d1_b");
        stage.check("d1 runs on " + now, stage.runs(now, "d1"));
        stage.until("the agent of " + victim + " is ready again", () -> Cluster.ready(victim));
        if (end.ok()) {
            stage.does(stage.h2(), Migrations.live("d1", stage.h1()));
            stage.exclusive(stage.h1(), "d1_a", "d1_b");
        }

        CompletableFuture<Outcome> second = Migrations.halfWay(stage);
        stage.does(victim, AGENT);
        stage.succeeds(second);
        stage.does(victim, AGENT);
        stage.exclusiveAfter(Duration.ofMinutes(2), stage.h2(), "d1_a", "d1_b");
        stage.check("d1 runs on h2", stage.runs(stage.h2(), "d1"));
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
        stage.does(stage.h1(), CONTROLLER);
        stage.succeeds(migration);
        stage.exclusive(stage.h2(), "d1_a", "d1_b");
        stage.untilSays(stage.h1(), "lockstepctl hosts", "h2");
    }

    private static void upgrade(Stage stage) {
        Migrations.startOnFirst(stage);
        CompletableFuture<Outcome> migration = Migrations.halfWay(stage);
        stage.does(stage.h2(), "lab-install --agent");
        stage.does(stage.h1(), "lab-install --agent");
        stage.succeeds(migration);
        stage.exclusiveAfter(Duration.ofMinutes(2), stage.h2(), "d1_a", "d1_b");
        stage.until(
                "both agents are ready", () -> stage.cluster().hosts().stream().allMatch(Cluster::ready));
    }
}
