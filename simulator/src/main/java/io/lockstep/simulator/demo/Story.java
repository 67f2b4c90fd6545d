package io.lockstep.simulator.demo;

import io.lockstep.core.volume.LockMode;
import io.lockstep.simulator.Cluster;
import io.lockstep.simulator.SimulatedHost;
import io.lockstep.simulator.libvirt.GuestDefinition;
import io.lockstep.simulator.libvirt.Migration;
import io.lockstep.simulator.libvirt.MigrationOptions;
import io.lockstep.simulator.libvirt.MigrationPhase;
import io.lockstep.simulator.libvirt.VirshResult;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What the demo shows. Nobody tells Lockstep anything: each chapter only does what a person does with virsh, or kills something.
 */
final class Story {

    static final List<String> VOLUMES = List.of("vg0/web-root", "vg0/web-data", "vg0/db");

    private static final GuestDefinition WEB =
            GuestDefinition.named("web").disks("/dev/vg0/web-root", "/dev/mapper/vg0-web--data");

    /** Simulated: a tenth of it in real time. */
    private static final Duration COPYING = Duration.ofSeconds(6);

    private static final Duration CONVERGENCE = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofMillis(20);

    private final DemoCluster demo;
    private final Cluster cluster;
    private final Screen screen;
    private boolean asItShould = true;

    Story(DemoCluster demo, Screen screen) {
        this.demo = demo;
        this.cluster = demo.cluster();
        this.screen = screen;
    }

    /** @return whether every chapter went as it should, and every invariant holds */
    boolean tell() throws InterruptedException, IOException {
        start();
        refusedElsewhere();
        migration();
        failedMigration();
        killedAgent();
        killedController();
        stop();
        check();
        return asItShould;
    }

    private void start() throws InterruptedException {
        screen.chapter(
                "A guest with two disks starts on h1. Its hook asks the agent, which locks both with one command.");
        cluster.hosts().forEach(h -> h.virsh().define(WEB.xml()));
        long before = cluster.host("h1").counters().lvmCommands();
        VirshResult result =
                run("h1", "virsh start web", () -> cluster.host("h1").virsh().start("web"));
        screen.line("LVM commands on h1: " + (cluster.host("h1").counters().lvmCommands() - before));
        locks();
        expect(result.ok(), "web runs");
        expect(exclusiveOn("h1"), "web's disks are EXCLUSIVE on h1");
    }

    private void refusedElsewhere() throws InterruptedException {
        screen.chapter("Somebody starts the same guest on h2. LVM refuses the lock, and virsh shows who holds it.");
        VirshResult result =
                run("h2", "virsh start web", () -> cluster.host("h2").virsh().start("web"));
        locks();
        expect(!result.ok() && result.err().contains("h1"), "the start is refused and names h1");
        expect(exclusiveOn("h1"), "nothing was left behind");
    }

    private void migration() throws InterruptedException {
        screen.chapter("A plain live migration to h2. The locks follow: EXCLUSIVE, SHARED on both, EXCLUSIVE.");
        VirshResult result = migrate("h1", "h2", MigrationOptions.live().copying(COPYING), "h2");
        expect(result.ok(), "web moved");
        expect(exclusiveOn("h2"), "web's disks are EXCLUSIVE on h2");
    }

    private void failedMigration() throws InterruptedException {
        screen.chapter(
                "A migration back to h1 is aborted half-way. No hook tells h2, whose agent finds out by looking.");
        VirshResult result = migrate(
                "h2",
                "h1",
                MigrationOptions.live().copying(COPYING).at(MigrationPhase.COPYING, Migration::abort),
                "h2");
        expect(!result.ok(), "the migration failed");
        expect(exclusiveOn("h2"), "web's disks are EXCLUSIVE on h2 again");
    }

    private void killedAgent() throws InterruptedException, IOException {
        screen.chapter("A migration to h3, and in the middle of it the agent of h3 is killed (kill -9).");
        DemoProcess agent = demo.process("h3");
        VirshResult result = migrate(
                "h2",
                "h3",
                MigrationOptions.live().copying(COPYING).at(MigrationPhase.COPYING, () -> {
                    kill(agent);
                    screen.line("(the agent of h3 is dead; systemd starts it again)");
                    again(agent);
                }),
                "h3");
        expect(result.ok(), "web moved all the same");
        expect(exclusiveOn("h3"), "web's disks are EXCLUSIVE on h3");
    }

    private void killedController() throws InterruptedException, IOException {
        screen.chapter(
                "A migration to h1, and in the middle of it the controller is killed. Both agents finish alone.");
        DemoProcess controller = demo.process("controller");
        VirshResult result = migrate(
                "h3",
                "h1",
                MigrationOptions.live().copying(COPYING).at(MigrationPhase.COPYING, () -> {
                    kill(controller);
                    screen.line("(the controller is dead)");
                }),
                "h1");
        expect(result.ok(), "web moved all the same");
        expect(exclusiveOn("h1"), "web's disks are EXCLUSIVE on h1");
        screen.line("Without a controller a new migration is refused, and nothing else:");
        VirshResult refused = run(
                "h1",
                "virsh migrate --live web qemu+ssh://h2/system",
                () -> cluster.host("h1").migrate("web", cluster.host("h2"), MigrationOptions.live()));
        expect(!refused.ok() && refused.err().contains("controller"), "the refusal names the controller");
        controller.startAgain();
        controller.awaitProbe("/q/health/ready");
        screen.line("(the controller is back)");
        expect(exclusiveOn("h1"), "web's disks are still EXCLUSIVE on h1");
    }

    private void stop() throws InterruptedException {
        screen.chapter("The guest stops.");
        VirshResult result =
                run("h1", "virsh destroy web", () -> cluster.host("h1").virsh().destroy("web"));
        boolean free = await(() ->
                VOLUMES.stream().allMatch(v -> cluster.hosts().stream().allMatch(h -> h.held(v) == LockMode.UNLOCKED)));
        locks();
        expect(result.ok(), "web stopped");
        expect(free, "nobody holds anything");
    }

    private void check() throws InterruptedException {
        screen.chapter("The invariants, checked on the shared disk itself and not on what agents say.");
        await(() -> cluster.invariants().quietMeansExact().isEmpty());
        List<String> always = cluster.invariants().always();
        List<String> exact = cluster.invariants().quietMeansExact();
        always.forEach(v -> screen.line("VIOLATED: " + v));
        exact.forEach(v -> screen.line("VIOLATED: " + v));
        expect(always.isEmpty(), "at no moment could two hosts write one disk, nor did a guest run unlocked");
        expect(exact.isEmpty(), "at rest every lock is held that is needed, and no other");
    }

    private VirshResult migrate(String from, String to, MigrationOptions options, String endsOn)
            throws InterruptedException {
        try (LockTrail trail = new LockTrail(cluster, "vg0/web-root")) {
            VirshResult result = run(
                    from,
                    "virsh migrate --live web qemu+ssh://" + to + "/system",
                    () -> cluster.host(from).migrate("web", cluster.host(to), options));
            await(() -> exclusiveOn(endsOn));
            screen.line("vg0/web-root on the shared disk, from the start of the command:");
            trail.entries().forEach(e -> screen.line(String.format("  %8s   %s", Screen.seconds(e.at()), e.locks())));
            return result;
        }
    }

    private VirshResult run(String host, String command, Supplier<VirshResult> action) {
        screen.command(host, command);
        long began = System.nanoTime();
        VirshResult result = action.get();
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        screen.line(result.ok() ? result.out() : result.err());
        screen.line("exit status " + result.exit() + " after " + Screen.seconds(took));
        return result;
    }

    private void locks() {
        VOLUMES.forEach(v -> screen.line(String.format("  %-13s %s", v, LockTrail.locks(cluster, v))));
    }

    private boolean exclusiveOn(String host) {
        return List.of("vg0/web-root", "vg0/web-data").stream()
                .allMatch(v -> cluster.hosts().stream().allMatch(h -> h.held(v) == wanted(h, host)));
    }

    private static LockMode wanted(SimulatedHost host, String holder) {
        return host.name().value().equals(holder) ? LockMode.EXCLUSIVE : LockMode.UNLOCKED;
    }

    private void expect(boolean condition, String what) {
        screen.line((condition ? "ok      " : "FAILED  ") + what);
        asItShould &= condition;
    }

    private static boolean await(BooleanSupplier condition) throws InterruptedException {
        long limit = System.nanoTime() + CONVERGENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > limit) {
                return false;
            }
            Thread.sleep(POLL);
        }
        return true;
    }

    private static void kill(DemoProcess process) {
        try {
            process.kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void again(DemoProcess process) {
        try {
            process.startAgain();
        } catch (IOException e) {
            throw new DemoException(process.name() + " cannot be started again: " + e.getMessage(), e);
        }
    }
}
