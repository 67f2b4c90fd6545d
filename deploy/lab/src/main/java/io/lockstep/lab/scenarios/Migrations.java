package io.lockstep.lab.scenarios;

import static io.lockstep.lab.scenario.Scenario.Trait.ON_EVERY_CHANGE;

import io.lockstep.lab.lease.Holding;
import io.lockstep.lab.machine.Machine;
import io.lockstep.lab.machine.Outcome;
import io.lockstep.lab.scenario.Scenario;
import io.lockstep.lab.scenario.Stage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Migrations that nobody disturbs, in every way that virsh offers. */
final class Migrations {

    static final List<Scenario> ALL = List.of(
            Scenario.of(
                    "migrate-live",
                    "A plain virsh migrate --live to the other host and back.",
                    Migrations::live,
                    ON_EVERY_CHANGE),
            Scenario.of(
                    "migrate-peer-to-peer",
                    "Peer to peer with --persistent --undefinesource, there and back.",
                    Migrations::peerToPeer),
            Scenario.of("migrate-over-ssh", "virsh migrate over qemu+ssh.", Migrations::overSsh),
            Scenario.of(
                    "migrate-suspend",
                    "With --suspend the guest ends paused on the target, which is EXCLUSIVE there.",
                    Migrations::suspended),
            Scenario.of(
                    "migrate-offline",
                    "An --offline migration moves a definition: nothing is locked.",
                    Migrations::offline),
            Scenario.of(
                    "migrate-offline-of-a-running-guest",
                    "An old definition moves --offline while its guest runs elsewhere: it cannot be started.",
                    Migrations::offlineWhileItRuns),
            Scenario.of(
                    "migrate-both-ways-at-once",
                    "Two guests migrate in opposite directions at the same time.",
                    Migrations::opposite),
            Scenario.of(
                    "migrate-aborted",
                    "Aborted half-way: the source is EXCLUSIVE again, and the next migration works.",
                    Migrations::aborted,
                    ON_EVERY_CHANGE),
            Scenario.of(
                    "migrate-refused-by-target",
                    "Another hook of the target refuses, at migrate and at prepare.",
                    Migrations::refusedByTarget),
            Scenario.of(
                    "migrate-slow-hooks",
                    "Another hook of the target takes 65 seconds, at migrate and at prepare: the migration waits, and works.",
                    Migrations::slowHooks),
            Scenario.of(
                    "migrate-snapshot-origin",
                    "A guest on the origin of a snapshot: refused before it starts, naming the volume and why.",
                    Migrations::snapshotOrigin,
                    ON_EVERY_CHANGE),
            Scenario.of(
                    "start-on-target-while-open",
                    "virsh start of the same guest on the target, at every point of an open handover.",
                    Migrations::startOnTarget));

    static final String BEFORE_OURS = "10-lab";
    static final String AFTER_OURS = "90-lab";

    private static final String OTHER_DAEMON = "virsh -c qemu:///session";

    private Migrations() {}

    static String to(Machine target) {
        return "qemu+tcp://" + target + "/system";
    }

    static String live(String domain, Machine target) {
        return "virsh migrate --live " + domain + " " + to(target);
    }

    /** About a megabyte a second: long enough to do something in the middle of it. */
    static String slow(String domain, Machine target) {
        return "virsh migrate --live --bandwidth 1 " + domain + " " + to(target);
    }

    static void startOnFirst(Stage stage) {
        stage.define("d1", "d1_a", "d1_b");
        stage.does(stage.h1(), "virsh start d1");
        stage.exclusive(stage.h1(), "d1_a", "d1_b");
    }

    /** Begins a migration to the second host, and returns when both hosts share and memory is being copied. */
    static CompletableFuture<Outcome> halfWay(Stage stage) {
        CompletableFuture<Outcome> migration = stage.begins(stage.h1(), slow("d1", stage.h2()));
        stage.held(Holding.shared(1, 2), "d1_a", "d1_b");
        stage.until(
                "memory is being copied",
                () -> stage.h1().run("virsh domjobinfo d1").out().contains("Memory processed"));
        return migration;
    }

    private static void live(Stage stage) {
        startOnFirst(stage);
        stage.does(stage.h1(), live("d1", stage.h2()));
        stage.exclusive(stage.h2(), "d1_a", "d1_b");
        stage.runsOnlyOn(stage.h2(), "d1");
        stage.does(stage.h2(), live("d1", stage.h1()));
        stage.exclusive(stage.h1(), "d1_a", "d1_b");
        stage.runsOnlyOn(stage.h1(), "d1");
        stage.check(
                "nothing of Lockstep stays in the guest's definition",
                !stage.h1().run("virsh dumpxml d1 --inactive").out().contains("lockstep"));
    }

    private static void peerToPeer(Stage stage) {
        String options = "virsh migrate --live --p2p --persistent --undefinesource d1 ";
        stage.defineOn(stage.h1(), "d1", "d1_a", "d1_b");
        stage.does(stage.h1(), "virsh start d1");
        stage.does(stage.h1(), options + to(stage.h2()));
        stage.exclusive(stage.h2(), "d1_a", "d1_b");
        stage.check(
                "d1 is not defined on h1", !stage.h1().run("virsh dominfo d1").ok());
        stage.check(
                "the definition on h2 has nothing of Lockstep",
                !stage.h2().run("virsh dumpxml d1 --inactive").out().contains("lockstep"));
        stage.does(stage.h2(), options + to(stage.h1()));
        stage.exclusive(stage.h1(), "d1_a", "d1_b");
    }

    private static void overSsh(Stage stage) {
        startOnFirst(stage);
        stage.does(stage.h1(), "virsh migrate --live d1 qemu+ssh://h2/system");
        stage.exclusive(stage.h2(), "d1_a", "d1_b");
    }

    private static void suspended(Stage stage) {
        startOnFirst(stage);
        stage.does(stage.h1(), "virsh migrate --live --suspend d1 " + to(stage.h2()));
        stage.exclusive(stage.h2(), "d1_a", "d1_b");
        stage.check(
                "d1 is paused on h2", stage.h2().run("virsh domstate d1").out().startsWith("paused"));
        stage.does(stage.h2(), "virsh resume d1");
        stage.does(stage.h2(), live("d1", stage.h1()));
        stage.exclusive(stage.h1(), "d1_a", "d1_b");
    }

    private static void offline(Stage stage) {
        stage.defineOn(stage.h1(), "d1", "d1_a", "d1_b");
        stage.does(stage.h1(), "virsh migrate --offline --persistent --undefinesource d1 " + to(stage.h2()));
        stage.heldStill(Holding.FREE, "d1_a", "d1_b");
        stage.does(stage.h2(), "virsh start d1");
        stage.exclusive(stage.h2(), "d1_a", "d1_b");
    }

    /** An old definition of the guest is left with a daemon of its own on the first host, which stands for a third one. */
    private static void offlineWhileItRuns(Stage stage) {
        startOnFirst(stage);
        stage.does(stage.h1(), "virsh dumpxml d1 --inactive > /run/d1.xml && " + OTHER_DAEMON + " define /run/d1.xml");
        stage.does(stage.h1(), OTHER_DAEMON + " migrate --offline --persistent d1 " + to(stage.h2()));
        stage.check(
                "the definition that came has the token",
                stage.h2().run("cat /etc/libvirt/qemu/d1.xml").out().contains("<lockstep:handover"));
        stage.isRefused(stage.h2(), "virsh start d1", "on h1");
        stage.check("d1 runs on h1 alone", !stage.runs(stage.h2(), "d1"));
        stage.exclusiveAfter(Duration.ofMinutes(4), stage.h1(), "d1_a", "d1_b");
        stage.runsOnlyOn(stage.h1(), "d1");
        stage.does(stage.h2(), "virsh undefine d1");
        stage.does(stage.h1(), OTHER_DAEMON + " undefine d1");
    }

    private static void opposite(Stage stage) {
        stage.define("d1", "d1_a", "d1_b");
        stage.define("d2", "d2_a", "d2_b");
        stage.does(stage.h1(), "virsh start d1");
        stage.does(stage.h2(), "virsh start d2");
        CompletableFuture<Outcome> there = stage.begins(stage.h1(), live("d1", stage.h2()));
        CompletableFuture<Outcome> back = stage.begins(stage.h2(), live("d2", stage.h1()));
        stage.succeeds(there);
        stage.succeeds(back);
        stage.exclusive(stage.h2(), "d1_a", "d1_b");
        stage.exclusive(stage.h1(), "d2_a", "d2_b");
        stage.runsOnlyOn(stage.h2(), "d1");
        stage.runsOnlyOn(stage.h1(), "d2");
    }

    private static void aborted(Stage stage) {
        startOnFirst(stage);
        CompletableFuture<Outcome> migration = stage.begins(stage.h1(), slow("d1", stage.h2()));
        stage.held(Holding.shared(1, 2), "d1_a", "d1_b");
        // In one command: on a slow machine the migration ends while somebody is told that it is half-way.
        stage.does(
                stage.h1(), "until virsh domjobinfo d1 | grep -q 'Memory processed'; do :; done; virsh domjobabort d1");
        stage.fails(migration);
        stage.exclusive(stage.h1(), "d1_a", "d1_b");
        stage.does(stage.h1(), live("d1", stage.h2()));
        stage.exclusive(stage.h2(), "d1_a", "d1_b");
    }

    private static void refusedByTarget(Stage stage) {
        startOnFirst(stage);
        for (String operation : List.of("migrate", "prepare")) {
            hook(stage, stage.h2(), operation, "echo 'no room here' >&2; exit 1");
            stage.isRefused(stage.h1(), live("d1", stage.h2()), "no room here");
            // After migrate no hook tells anybody: the target's reservation has to run out.
            stage.exclusiveAfter(Duration.ofMinutes(4), stage.h1(), "d1_a", "d1_b");
            stage.check("d1 still runs on h1", stage.runs(stage.h1(), "d1"));
        }
        unhook(stage, stage.h2());
        stage.does(stage.h1(), live("d1", stage.h2()));
        stage.exclusive(stage.h2(), "d1_a", "d1_b");
    }

    private static void slowHooks(Stage stage) {
        startOnFirst(stage);
        for (String operation : List.of("migrate", "prepare")) {
            hook(stage, stage.h2(), operation, "sleep 65");
            CompletableFuture<Outcome> migration = stage.begins(stage.h1(), live("d1", stage.h2()));
            stage.held(Holding.shared(1, 2), "d1_a", "d1_b");
            stage.act("(50 s of the other hook)", () -> Lifecycle.pause(Duration.ofSeconds(50)));
            stage.heldStill(Holding.shared(1, 2), "d1_a", "d1_b");
            stage.succeeds(migration);
            stage.exclusive(stage.h2(), "d1_a", "d1_b");
            stage.does(stage.h2(), live("d1", stage.h1()));
            stage.exclusive(stage.h1(), "d1_a", "d1_b");
        }
        unhook(stage, stage.h2());
    }

    private static void snapshotOrigin(Stage stage) {
        stage.define("so", "snap_o");
        stage.does(stage.h1(), "virsh start so");
        stage.exclusive(stage.h1(), "snap_o");
        stage.isRefused(stage.h1(), live("so", stage.h2()), "vg0/snap_o", "snapshot");
        stage.heldStill(Holding.exclusive(1), "snap_o");
        stage.check("so still runs on h1", stage.runs(stage.h1(), "so"));
    }

    private static void startOnTarget(Stage stage) {
        startOnFirst(stage);
        // Between the allowed migrate and its prepare nothing in libvirt stands in the way: our hook has to refuse.
        CompletableFuture<Outcome> allowed = heldUp(stage, stage.h2(), AFTER_OURS, "migrate");
        stage.isRefused(stage.h2(), "virsh start d1", "lockstep: d1: vg0/d1_a");
        stage.held(Holding.shared(1, 2), "d1_a", "d1_b");
        goOn(stage, stage.h2());
        settled(stage, stage.end(allowed).ok());

        // In these libvirt has the domain locked, and who starts it waits.
        for (String operation : List.of("prepare", "started")) {
            CompletableFuture<Outcome> migration = heldUp(stage, stage.h2(), AFTER_OURS, operation);
            CompletableFuture<Outcome> start = stage.begins(stage.h2(), "virsh start d1");
            stage.act("(the start waits)", () -> Lifecycle.pause(Duration.ofSeconds(5)));
            stage.heldStill(Holding.shared(1, 2), "d1_a", "d1_b");
            goOn(stage, stage.h2());
            stage.fails(start, "error:");
            settled(stage, stage.end(migration).ok());
        }
        CompletableFuture<Outcome> copying = halfWay(stage);
        stage.isRefused(stage.h2(), "virsh start d1", "error:");
        settled(stage, stage.end(copying).ok());

        // The guest runs on the target, and the source has not let go.
        CompletableFuture<Outcome> leaving = heldUp(stage, stage.h1(), BEFORE_OURS, "release");
        stage.isRefused(stage.h2(), "virsh start d1", "already active");
        goOn(stage, stage.h1());
        stage.succeeds(leaving);
        stage.exclusive(stage.h2(), "d1_a", "d1_b");
        stage.runsOnlyOn(stage.h2(), "d1");
    }

    /** After a migration from the first host: the guest is where it should be, EXCLUSIVE, and is brought back. */
    private static void settled(Stage stage, boolean moved) {
        Machine now = moved ? stage.h2() : stage.h1();
        // After a refusal by libvirt itself only the reservation's end tells anybody.
        stage.exclusiveAfter(Duration.ofMinutes(4), now, "d1_a", "d1_b");
        stage.runsOnlyOn(now, "d1");
        if (moved) {
            stage.does(stage.h2(), live("d1", stage.h1()));
            stage.exclusive(stage.h1(), "d1_a", "d1_b");
        }
    }

    /** Begins a migration to the second host, and returns when it stands still in another hook of that host, until {@link #goOn}. */
    static CompletableFuture<Outcome> heldUp(Stage stage, Machine host, String hook, String operation) {
        stage.does(host, "rm -f /run/lab-at /run/lab-go");
        hook(stage, host, hook, operation, "touch /run/lab-at; while [ ! -e /run/lab-go ]; do sleep 0.3; done");
        CompletableFuture<Outcome> migration = stage.begins(stage.h1(), live("d1", stage.h2()));
        stage.until(
                host + " is in its hook " + operation,
                () -> host.run("test -e /run/lab-at").ok());
        return migration;
    }

    static void goOn(Stage stage, Machine host) {
        unhook(stage, host);
        stage.does(host, "touch /run/lab-go");
    }

    static void hook(Stage stage, Machine host, String operation, String command) {
        hook(stage, host, AFTER_OURS, operation, command);
    }

    /** A hook beside ours on this host. */
    private static void hook(Stage stage, Machine host, String name, String operation, String command) {
        String file = "/etc/libvirt/hooks/qemu.d/" + name;
        String script = "#!/bin/sh\ncat > /dev/null\n[ \"$2\" = " + operation + " ] || exit 0\n" + command + "\n";
        stage.act(
                host + " gets another hook, " + name + ", which at " + operation + " does: " + command,
                () -> host.ok("printf %s " + quoted(script) + " > " + file + ".new && chmod 755 " + file + ".new && mv "
                        + file + ".new " + file));
    }

    static void unhook(Stage stage, Machine host) {
        stage.does(host, "rm -f /etc/libvirt/hooks/qemu.d/" + BEFORE_OURS + " /etc/libvirt/hooks/qemu.d/" + AFTER_OURS);
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
