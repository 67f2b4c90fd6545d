package io.lockstep.simulator.recorded;

import static io.lockstep.core.volume.LockMode.EXCLUSIVE;
import static io.lockstep.core.volume.LockMode.UNLOCKED;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.simulator.Cluster;
import io.lockstep.simulator.HookLog;
import io.lockstep.simulator.SimulatedHost;
import io.lockstep.simulator.hook.HookResult;
import io.lockstep.simulator.libvirt.GuestDefinition;
import io.lockstep.simulator.libvirt.Virsh;
import io.lockstep.simulator.libvirt.VirshResult;
import io.lockstep.simulator.recorded.Recording.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What libvirt did on one host: hooks in order, with their arguments and disks, and virsh's own words. */
class RecordedLibvirtTest {

    /** Command lines that are not replayed, by their beginning, and why. */
    private static final Map<String, String> SKIPPED = Map.of(
            "ls -la /etc/libvirt/hooks", "the lab's own configuration",
            "virsh define /root/d1.xml", "replayed by the set-up",
            "virsh domstate --reason d1 | grep -q running ||",
                    "the lab's own way back to a running guest: see the set-up",
            "echo \"sleep 20\" > /run/hook/prepare-begin; (time virsh start d1) & sleep 3",
                    "blocking needs a second thread: see"
                            + " ClusterInRealTimeTest; one of the two recordings failed because no daemon ran",
            "virsh destroy d1 >/dev/null; echo \"timeout 5 virsh domstate",
                    "a hook that asks libvirt: see ClusterTest");

    private final Cluster cluster = RecordedLvmTest.recordedCluster();
    private final SimulatedHost h1 = cluster.host("h1");
    private final Virsh virsh = h1.virsh();
    private final HookLog hooks = new HookLog();
    private final List<VirshResult> answers = new ArrayList<>();

    private interface Replay {
        void run();
    }

    @Test
    void starts_stops_and_refusals() {
        Map<String, Replay> replays = new LinkedHashMap<>();
        replays.put("virsh start d1; virsh domstate --reason d1", () -> {
            say(virsh.start("d1"));
            hooks.clear();
        });
        replays.put("cat /var/log/hook/log; > /var/log/hook/log", () -> {
            // The recording prints here what the start before it did: done once more.
            virsh.destroy("d1");
            hooks.clear();
            virsh.start("d1");
        });
        replays.put("virsh start d2; virsh domstate --reason d2", () -> say(virsh.start("d2")));
        replays.put("virsh destroy d1; cat", () -> say(virsh.destroy("d1")));
        replays.put("virsh start d1; >/var/log/hook/log; virsh reset d1", () -> {
            // It ran already: the recorded start was refused. Reset and reboot call no hook.
            virsh.start("d1");
            hooks.clear();
            say(virsh.start("d1"));
            virsh.shutdown("d1");
        });
        replays.put("echo \"echo \\\"lvlock: d1: LV vg0/d1_a is locked by host h2", () -> {
            hooks.refuse("prepare", "lvlock: d1: LV vg0/d1_a is locked by host h2");
            say(virsh.start("d1"));
            hooks.on("prepare", (host, call) -> HookResult.allow());
        });
        replays.put("echo \"echo \\\"start refused text", () -> {
            hooks.refuse("start", "start refused text");
            say(virsh.start("d1"));
            hooks.on("start", (host, call) -> HookResult.allow());
        });
        replays.put("echo \"echo \\\"started refused text", () -> {
            hooks.refuse("started", "started refused text");
            say(virsh.start("d1"));
            hooks.on("started", (host, call) -> HookResult.allow());
        });
        replays.put("lvchange -an vg0/d1_a vg0/d1_b; echo \"echo noise", () -> {
            h1.lvchange(UNLOCKED, "vg0/d1_a", "vg0/d1_b");
            hooks.on("prepare", (host, call) -> {
                h1.lvchange(EXCLUSIVE, "vg0/d1_a", "vg0/d1_b");
                return new HookResult(0, "", "noise\n");
            });
            say(virsh.start("d1"));
        });
        setUp();
        replay("20-libvirt.txt", replays);
    }

    @Test
    void restarts_of_the_daemon_hot_plug_save_and_crash() {
        Map<String, Replay> replays = new LinkedHashMap<>();
        replays.put("systemctl restart libvirtd", h1.libvirtd()::restartDaemon);
        replays.put("echo \"exit 1\" > /run/hook/reconnect-begin", () -> {
            hooks.refuse("reconnect", "");
            h1.libvirtd().restartDaemon();
            hooks.on("reconnect", (host, call) -> HookResult.allow());
        });
        replays.put("lvchange -aey vg0/d2_a; virsh attach-disk", () -> {
            virsh.start("d1");
            hooks.clear();
            h1.lvchange(EXCLUSIVE, "vg0/d2_a");
            say(virsh.attachDisk("d1", "/dev/vg0/d2_a", "vdc"));
            // The recorded guest has no operating system that would let the disk go: vdc is there to the end of its
            // life.
        });
        replays.put("virsh save d1 /tmp/d1.save", () -> {
            say(virsh.save("d1", "/tmp/d1.save"));
            say(virsh.restore("/tmp/d1.save"));
        });
        replays.put("virsh managedsave d1", () -> {
            say(virsh.managedSave("d1"));
            say(virsh.start("d1"));
        });
        replays.put("virsh start d1 2>&1; >/var/log/hook/log; systemctl stop libvirtd", () -> {
            virsh.destroy("d1");
            virsh.start("d1");
            hooks.clear();
            h1.libvirtd().killDaemon();
            h1.libvirtd().killQemu("d1");
            h1.libvirtd().startDaemon();
        });
        replays.put("virsh start d1; >/var/log/hook/log; kill -9", () -> {
            virsh.start("d1");
            hooks.clear();
            h1.libvirtd().killQemu("d1");
        });
        setUp();
        say(virsh.start("d1"));
        replay("21-libvirt-more.txt", replays);
    }

    private void setUp() {
        virsh.define(guest("d1", "1", "/dev/vg0/d1_a", "/dev/vg0/d1_b"));
        virsh.define(guest("d2", "2", "/dev/vg0/d2_a"));
        h1.lvchange(EXCLUSIVE, "vg0/d1_a", "vg0/d1_b");
        cluster.hooks(hooks);
    }

    private void say(VirshResult result) {
        answers.add(result);
    }

    private void replay(String recording, Map<String, Replay> replays) {
        List<String> replayed = new ArrayList<>();
        for (Step step : Recording.of(recording).steps()) {
            if (SKIPPED.keySet().stream().anyMatch(step.command()::startsWith)) {
                continue;
            }
            String key = replays.keySet().stream()
                    .filter(step.command()::startsWith)
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("neither replayed nor skipped: " + step));
            replayed.add(key);
            answers.clear();
            hooks.clear();
            replays.get(key).run();
            assertThat(hooks.calls().stream()
                            .map(c -> c.line() + " " + RecordedMigration.disks(c.xml()))
                            .toList())
                    .as("%s", step)
                    .isEqualTo(RecordedMigration.hooks(step.out()));
            assertThat(answers.stream().flatMap(a -> a.err().lines()).toList())
                    .as("%s", step)
                    .isEqualTo(step.err().stream()
                            .filter(l -> !l.isEmpty() && !l.equals("error:"))
                            .toList());
            step.out().stream()
                    .filter(l -> l.matches("(running|shut off|paused) \\(.*\\)"))
                    .forEach(state -> assertThat(states()).as("%s", step).contains(state));
        }
        assertThat(replayed).as("every replay is used").containsExactlyElementsOf(replays.keySet());
    }

    private List<String> states() {
        return List.of(
                virsh.domstate("d1").out().strip(), virsh.domstate("d2").out().strip());
    }

    private static String guest(String name, String number, String... disks) {
        return GuestDefinition.named(name)
                .uuid(UUID.fromString("11111111-0000-0000-0000-00000000000" + number))
                .disks(disks)
                .xml();
    }
}
