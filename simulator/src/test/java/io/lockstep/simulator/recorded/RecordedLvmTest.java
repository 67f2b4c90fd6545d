package io.lockstep.simulator.recorded;

import static io.lockstep.core.volume.LockMode.EXCLUSIVE;

import io.lockstep.simulator.Cluster;
import io.lockstep.simulator.recorded.RecordedShell.Outcome;
import io.lockstep.simulator.recorded.Recording.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/** Exit status, error lines, the class of duration and what lvmlockd shows afterwards, command by command. */
class RecordedLvmTest {

    /** Real refusals that are retried took 5.14 to 5.33 s, everything else that is compared less than 3 s or more than 20 s. */
    private static final Duration SLOW = Duration.ofMillis(4_500);

    private final Cluster cluster = recordedCluster();
    private final RecordedShell shell = new RecordedShell(cluster);
    private final SoftAssertions softly = new SoftAssertions();

    static Cluster recordedCluster() {
        Cluster cluster = Cluster.named("h1", "h2").volumeGroup("vg0").localVolumeGroup("h1", "loc");
        cluster.volumeWithUuid("vg0/d1_a", "j2hSQS-PryZ-pKgm-5oY0-0pI6-dVfO-RgW4Uf");
        cluster.volumeWithUuid("vg0/d1_b", "jgGbKJ-fpYp-9Gdx-D9IU-Djs7-yp17-Dh1Mr6");
        cluster.volumeWithUuid("vg0/d2_a", "asMreW-T7Pe-lFLs-Ufn4-Gqv6-VbeW-OrXAdJ");
        cluster.volume("loc/l1");
        return cluster;
    }

    @Test
    void the_basic_modes() {
        cluster.host("h1").lvchange(EXCLUSIVE, "vg0/d1_a");
        replay("01-modes.txt", Map.of(), Map.of());
    }

    @Test
    void several_volumes_in_one_command_open_volumes_and_errors() {
        replay(
                "02-multi-open-errors.txt",
                Map.of(
                        // Not recorded: a process took the volume EXCLUSIVE and opened it, and let it go again.
                        "lvs --noheadings -o lv_name,lv_attr,lv_device_open vg0/d1_a",
                        c -> {
                            c.host("h1").lvchange(EXCLUSIVE, "vg0/d1_a");
                            c.host("h1").storage().open("/dev/vg0/d1_a", "sleep");
                        },
                        "lvchange -an vg0/d1_a; lvmlockctl --info | grep LV#2",
                        c -> c.host("h1").storage().close("sleep")),
                Map.of("--select", "volumes are addressed by name"));
    }

    @Test
    void the_types_of_volumes() {
        replay("10-lvtypes.txt", Map.of(), Map.of());
    }

    @Test
    void lockspaces_that_are_not_started_and_groups_that_are_not_shared() {
        replay("07-daemons.txt", Map.of(), Map.of());
    }

    /** @param between what happened before a command that starts so; {@code #2} is its second occurrence */
    private void replay(String recording, Map<String, Consumer<Cluster>> between, Map<String, String> skipped) {
        Map<String, String> uuids = new HashMap<>();
        Map<String, Integer> seen = new HashMap<>();
        for (Step step : Recording.of(recording).steps()) {
            int occurrence = seen.merge(step.command(), 1, Integer::sum);
            between.forEach((command, action) -> {
                int wanted = command.contains("#") ? Integer.parseInt(command.substring(command.indexOf('#') + 1)) : 1;
                if (step.command().startsWith(command.replaceFirst("#.*", "")) && occurrence == wanted) {
                    action.accept(cluster);
                }
            });
            if (skipped.keySet().stream().noneMatch(step.command()::contains)) {
                compare(step, uuids);
            }
        }
        softly.assertAll();
    }

    private void compare(Step step, Map<String, String> uuids) {
        Instant before = cluster.time().instant();
        Outcome outcome = shell.run(step.host(), step.command());
        Duration took = Duration.between(before, cluster.time().instant());

        softly.assertThat(outcome.exit()).as("%s: exit status", step).isEqualTo(step.exit());
        List<String> complaints = step.err().stream().filter(l -> !chatter(l)).toList();
        softly.assertThat(outcome.err().stream().filter(l -> !chatter(l)).toList())
                .as("%s: stderr", step)
                .isEqualTo(outcome.skipped().isEmpty() ? complaints : common(complaints, outcome.err()));
        softly.assertThat(took.compareTo(SLOW) > 0)
                .as("%s: took %s, here %s", step, step.took(), took)
                .isEqualTo(step.took().compareTo(SLOW) > 0);
        softly.assertThat(renamed(outcome.locks(), uuids, step))
                .as("%s: lvmlockctl", step)
                .isEqualTo(locks(step));
        List<String> unexplained = step.out().stream()
                .filter(l -> !l.startsWith("LK LV") && !outcome.said().contains(l) && !chatter(l))
                .filter(l -> outcome.skipped().isEmpty())
                .toList();
        softly.assertThat(unexplained).as("%s: what nothing here prints", step).isEmpty();
    }

    /** Of a line of which some parts are skipped, nothing is known of what those parts complained of. */
    private static List<String> common(List<String> recorded, List<String> here) {
        return recorded.stream().filter(here::contains).toList();
    }

    private static Set<String> locks(Step step) {
        return new TreeSet<>(
                step.out().stream().filter(l -> l.startsWith("LK LV")).toList());
    }

    /** Volumes that were made during the recording have other UUIDs here: the first one that appears is the same one. */
    private static Set<String> renamed(Set<String> locks, Map<String, String> uuids, Step step) {
        Set<String> recorded = locks(step);
        Set<String> result = new TreeSet<>();
        for (String lock : locks) {
            String mode = lock.substring(0, "LK LV ex ".length());
            String uuid = lock.substring(mode.length());
            if (!recorded.contains(lock) && !uuids.containsKey(uuid)) {
                recorded.stream()
                        .map(l -> l.substring(mode.length()))
                        .filter(u -> !uuids.containsValue(u) && locks.stream().noneMatch(l -> l.endsWith(u)))
                        .findFirst()
                        .ifPresent(u -> uuids.put(uuid, u));
            }
            result.add(mode + uuids.getOrDefault(uuid, uuid));
        }
        return result;
    }

    /** Lines that LVM prints for people and that say nothing of a lock. */
    private static boolean chatter(String line) {
        return line.startsWith("WARNING: You have not turned on protection")
                || line.startsWith("WARNING: Set activation/")
                || line.startsWith("WARNING: Sum of all thin volume sizes")
                || line.matches("WARNING: Logical volume .* not zeroed.")
                || line.matches("Logical volume \".*\" (created|successfully removed)\\.")
                || line.matches("Size of logical volume .*")
                || line.matches("Thin pool volume with chunk size .*")
                || line.matches("\\d+ logical volume\\(s\\) in volume group .* now active")
                || line.matches("VG vg0 lock_type=sanlock .*")
                || line.matches("LS sanlock lvm_vg0")
                || line.matches("LK (VG|GL) un ver 0")
                || line.matches("VG vg0 starting sanlock lockspace")
                || line.startsWith("Starting locking.");
    }
}
