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
                    "migrate-snapshot-origin",
                    "A guest on the origin of a snapshot: refused before it starts, naming the volume and why.",
                    Migrations::snapshotOrigin,
                    ON_EVERY_CHANGE),
            Scenario.of(
                    "start-on-target-while-open",
                    "virsh start of the same guest on the target, at every point of an open handover.",
                    Migrations::startOnTarget));

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
        stage.check("d1 runs on h2", stage.runs(stage.h2(), "d1"));
        stage.does(stage.h2(), live("d1", stage.h1()));
        stage.exclusive(stage.h1(), "d1_a", "d1_b");
        stage.check("d1 runs on h1", stage.runs(stage.h1(), "d1"));
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
    }

    private static void aborted(Stage stage) {
        startOnFirst(stage);
        CompletableFuture<Outcome> migration = halfWay(stage);
        stage.does(stage.h1(), "virsh domjobabort d1");
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
        for (String operation : List.of("migrate", "prepare", "started")) {
            hook(stage, stage.h2(), operation, "sleep 12");
            CompletableFuture<Outcome> migration = stage.begins(stage.h1(), live("d1", stage.h2()));
            stage.held(Holding.shared(1, 2), "d1_a", "d1_b");
            stage.isRefused(stage.h2(), "timeout 60 virsh start d1");
            Outcome end = stage.end(migration);
            unhook(stage, stage.h2());
            Machine now = end.ok() ? stage.h2() : stage.h1();
            Machine other = end.ok() ? stage.h1() : stage.h2();
            stage.exclusive(now, "d1_a", "d1_b");
            stage.check("d1 runs on " + now + " and nowhere else", stage.runs(now, "d1") && !stage.runs(other, "d1"));
            if (end.ok()) {
                stage.does(stage.h2(), live("d1", stage.h1()));
                stage.exclusive(stage.h1(), "d1_a", "d1_b");
            }
        }
        CompletableFuture<Outcome> migration = halfWay(stage);
        stage.isRefused(stage.h2(), "virsh start d1");
        stage.succeeds(migration);
        stage.exclusive(stage.h2(), "d1_a", "d1_b");
    }

    /** A hook beside ours on this host, which runs after it. */
    static void hook(Stage stage, Machine host, String operation, String command) {
        stage.does(
                host,
                "printf '#!/bin/sh\\ncat > /dev/null\\n[ \"$2\" = " + operation + " ] || exit 0\\n%s\\n' "
                        + quoted(command)
                        + " > /etc/libvirt/hooks/qemu.d/90-lab && chmod 755 /etc/libvirt/hooks/qemu.d/90-lab");
    }

    static void unhook(Stage stage, Machine host) {
        stage.does(host, "rm -f /etc/libvirt/hooks/qemu.d/90-lab");
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
