package io.lockstep.simulator.recorded;

import static io.lockstep.core.volume.LockMode.EXCLUSIVE;
import static io.lockstep.core.volume.LockMode.SHARED;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.simulator.Cluster;
import io.lockstep.simulator.HookLog;
import io.lockstep.simulator.SimulatedHost;
import io.lockstep.simulator.hook.HookResult;
import io.lockstep.simulator.libvirt.GuestDefinition;
import io.lockstep.simulator.libvirt.Migration;
import io.lockstep.simulator.libvirt.MigrationOptions;
import io.lockstep.simulator.libvirt.MigrationPhase;
import io.lockstep.simulator.libvirt.VirshResult;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The order of hooks, virsh's answer, the states on the way and what is left, migration by migration. */
class RecordedMigrationTest {

    /**
     * @param before what the recorded script did first, besides starting the guest
     * @param after what came back later, as systemd restarts a daemon that was killed
     */
    private record Case(
            String recording,
            String from,
            String to,
            String domain,
            UnaryOperator<MigrationOptions> options,
            Script before,
            Script after) {}

    private interface Script {
        void run(Run run);
    }

    private static Case live(String recording, UnaryOperator<MigrationOptions> options) {
        return new Case(recording, "h1", "h2", "d1", options, r -> {}, r -> {});
    }

    @TestFactory
    List<DynamicTest> every_recorded_migration_goes_here_as_it_went_there() {
        List<Case> cases = List.of(
                live("mig-01-cycle.txt", o -> o),
                new Case(
                        "mig-02-p2p-undefine-slowhook20.txt",
                        "h2",
                        "h1",
                        "d1",
                        o -> o.peerToPeer().undefineSource(),
                        r -> {},
                        r -> {}),
                live("mig-03-abort.txt", o -> o.at(MigrationPhase.COPYING, Migration::abort)),
                new Case(
                        "mig-04-migrate-hook-fails.txt",
                        "h1",
                        "h2",
                        "d1",
                        o -> o,
                        r -> r.hooks.refuse("migrate", "lvlock: migrate refused: LV vg0/d1_a is held by h9"),
                        r -> {}),
                new Case(
                        "mig-05-prepare-hook-fails.txt",
                        "h1",
                        "h2",
                        "d1",
                        o -> o.peerToPeer(),
                        r -> r.hooks.refuse("prepare", "lvlock: prepare refused"),
                        r -> {}),
                new Case(
                        "mig-06-target-qemu-killed.txt",
                        "h1",
                        "h2",
                        "d1",
                        o -> o,
                        r -> r.at(
                                MigrationPhase.COPYING,
                                () -> r.host("h2").libvirtd().killQemu("d1")),
                        r -> {}),
                new Case(
                        "mig-07-source-libvirtd-killed.txt",
                        "h1",
                        "h2",
                        "d1",
                        o -> o.peerToPeer(),
                        r -> r.at(
                                MigrationPhase.COPYING,
                                () -> r.host("h1").libvirtd().killDaemon()),
                        r -> r.host("h1").libvirtd().startDaemon()),
                new Case(
                        "mig-08-target-libvirtd-killed.txt",
                        "h1",
                        "h2",
                        "d1",
                        o -> o.peerToPeer(),
                        r -> r.at(
                                MigrationPhase.COPYING,
                                () -> r.host("h2").libvirtd().killDaemon()),
                        r -> r.host("h2").libvirtd().startDaemon()),
                live("mig-09-suspend.txt", o -> o.undefineSource().suspend()),
                new Case(
                        "mig-10-postcopy.txt",
                        "h2",
                        "h1",
                        "d1",
                        o -> o.peerToPeer().undefineSource().postCopy(),
                        // It had been suspended and resumed: what the recording calls "running (unpaused)".
                        r -> r.resumedOnce(),
                        r -> {}),
                new Case(
                        "mig-11-offline.txt", "h1", "h2", "d2", o -> o.offline().undefineSource(), r -> {}, r -> {}),
                new Case(
                        "mig-13-lv-missing-on-target.txt",
                        "h1",
                        "h2",
                        "d1",
                        o -> o.peerToPeer(),
                        r -> r.hooks.on("migrate", (host, call) -> HookResult.allow()),
                        r -> {}));
        return cases.stream()
                .map(c -> DynamicTest.dynamicTest(c.recording(), () -> new Run(c).compare()))
                .toList();
    }

    /** One case, played. */
    private static final class Run {
        private final Case played;
        private final RecordedMigration recorded;
        private final Cluster cluster = RecordedLvmTest.recordedCluster();
        private final HookLog hooks = new HookLog();
        private final Map<String, List<String>> states = new TreeMap<>();
        private final MigrationOptions options;

        Run(Case played) {
            this.played = played;
            this.recorded = RecordedMigration.of(played.recording());
            this.options = played.options().apply(MigrationOptions.live());
        }

        SimulatedHost host(String name) {
            return cluster.host(name);
        }

        void at(MigrationPhase phase, Runnable step) {
            options.at(phase, step);
        }

        void resumedOnce() {
            host(played.from()).virsh().suspend("d1");
            host(played.from()).virsh().resume("d1");
        }

        void compare() {
            SimulatedHost source = host(played.from());
            SimulatedHost target = host(played.to());
            source.virsh().define(guest("d1", "1", "/dev/vg0/d1_a", "/dev/vg0/d1_b"));
            host("h1").virsh().define(guest("d2", "2", "/dev/vg0/d2_a"));
            if (played.recording().contains("mig-02")) {
                target.virsh().define(guest("d1", "1", "/dev/vg0/d1_a", "/dev/vg0/d1_b"));
            }
            source.lvchange(EXCLUSIVE, "vg0/d1_a", "vg0/d1_b");
            source.virsh().start("d1");
            if (recorded.states()
                    .getOrDefault(played.from(), List.of())
                    .getFirst()
                    .equals("running (migrated)")) {
                arriveByMigration(source);
            }
            hooks.on("migrate", (host, call) -> {
                source.lvchange(SHARED, "vg0/d1_a", "vg0/d1_b");
                target.lvchange(SHARED, "vg0/d1_a", "vg0/d1_b");
                return HookResult.allow();
            });
            cluster.hooks(hooks);
            played.before().run(this);
            for (SimulatedHost host : cluster.hosts()) {
                see(host);
                host.libvirtd().onChange(() -> see(host));
            }

            VirshResult virsh = source.migrate(played.domain(), target, options);
            played.after().run(this);

            assertThat(virsh.exit()).isEqualTo(recorded.virsh().exit());
            assertThat(errors(virsh)).isEqualTo(errors(recorded.virsh()));
            assertThat(hooks.calls().stream()
                            .map(c -> c.line() + " " + RecordedMigration.disks(c.xml()))
                            .toList())
                    .isEqualTo(recorded.hooks());
            recorded.states()
                    .forEach((host, seen) -> assertThat(isSubsequence(seen, states.get(host)))
                            .as("on %s there was %s, here %s", host, seen, states.get(host))
                            .isTrue());
            recorded.after().forEach(this::compareAfter);
            assertThat(cluster.invariants().singleWriter()).isEmpty();
        }

        /** So that its state's reason is the recorded one. */
        private void arriveByMigration(SimulatedHost source) {
            SimulatedHost elsewhere = source.name().value().equals("h1") ? host("h2") : host("h1");
            for (SimulatedHost to : List.of(elsewhere, source)) {
                SimulatedHost from = to == source ? elsewhere : source;
                from.lvchange(SHARED, "vg0/d1_a", "vg0/d1_b");
                to.lvchange(SHARED, "vg0/d1_a", "vg0/d1_b");
                assertThat(from.migrate("d1", to, MigrationOptions.live()).ok()).isTrue();
                from.lvchange(io.lockstep.core.volume.LockMode.UNLOCKED, "vg0/d1_a", "vg0/d1_b");
            }
        }

        private void see(SimulatedHost host) {
            VirshResult state = host.virsh().domstate(played.domain());
            List<String> seen = states.computeIfAbsent(host.name().value(), h -> new ArrayList<>());
            if (state.ok()) {
                seen.add(state.out().strip());
            }
        }

        private void compareAfter(String host, List<String> lines) {
            for (String line : lines) {
                if (line.matches("\\S+ +d\\d +\\S.*")) {
                    String name = line.split(" +", -1)[1];
                    String state = line.replaceFirst("\\S+ +d\\d +", "");
                    assertThat(host(host).virsh().list().out())
                            .as("virsh list on %s", host)
                            .containsPattern("(?m)^ \\S+ +" + name + " +" + state + "$");
                } else if (line.startsWith("error: failed to get domain")) {
                    String name = line.replaceFirst(".*'(.*)'.*", "$1");
                    assertThat(host(host).virsh().domstate(name).err().strip()).isEqualTo(line);
                } else if (line.matches("(running|paused|shut off) \\(.*\\)")) {
                    assertThat(
                                    played.recording().contains("offline")
                                            ? "running (migrated)"
                                            : host(host)
                                                    .virsh()
                                                    .domstate("d1")
                                                    .out()
                                                    .strip())
                            .as("state on %s", host)
                            .isEqualTo(line);
                } else {
                    assertThat(line)
                            .as("what is not compared: locks, which the recorded hooks left as they were, and a note")
                            .matches("LK LV (sh|ex) .*|incoming defer|");
                }
            }
        }
    }

    private static String guest(String name, String number, String... disks) {
        return GuestDefinition.named(name)
                .uuid(UUID.fromString("11111111-0000-0000-0000-00000000000" + number))
                .disks(disks)
                .xml();
    }

    private static List<String> errors(VirshResult virsh) {
        return virsh.err().lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
    }

    /** Without the progress bar of {@code --verbose}, and the empty line after a hook's own words. */
    private static List<String> errors(Recording.Step virsh) {
        return virsh.err().stream()
                .filter(l -> !l.isEmpty() && !l.equals("error:") && !l.startsWith("Migration:"))
                .toList();
    }

    private static boolean isSubsequence(List<String> recorded, @Nullable List<String> here) {
        Iterator<String> rest = here == null ? List.<String>of().iterator() : here.iterator();
        for (String state : recorded) {
            boolean found = false;
            while (!found && rest.hasNext()) {
                found = rest.next().equals(state);
            }
            if (!found) {
                return false;
            }
        }
        return true;
    }

    @Test
    void noise_on_the_stdout_of_the_migrate_hook_breaks_the_migration() {
        Cluster cluster = RecordedLvmTest.recordedCluster();
        HookLog hooks = new HookLog().on("migrate", (host, call) -> new HookResult(0, "noise-on-stdout\n", ""));
        cluster.hooks(hooks);
        SimulatedHost h1 = cluster.host("h1");
        h1.virsh().define(guest("d1", "1", "/dev/vg0/d1_a"));
        h1.lvchange(EXCLUSIVE, "vg0/d1_a");
        h1.virsh().start("d1");
        hooks.clear();

        VirshResult virsh =
                h1.migrate("d1", cluster.host("h2"), MigrationOptions.live().peerToPeer());

        Recording recording = Recording.of("24-migrate-stdout.txt");
        assertThat(errors(virsh)).isEqualTo(errors(recording.steps().getFirst()));
        assertThat(hooks.order()).containsExactly("h2 migrate");
        assertThat(h1.virsh().domstate("d1").out().strip()).isEqualTo("running (booted)");
    }
}
