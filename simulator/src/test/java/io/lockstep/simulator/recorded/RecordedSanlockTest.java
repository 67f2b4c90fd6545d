package io.lockstep.simulator.recorded;

import static io.lockstep.core.volume.LockMode.EXCLUSIVE;
import static io.lockstep.core.volume.LockMode.SHARED;
import static io.lockstep.core.volume.LockMode.UNLOCKED;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.core.volume.Generation;
import io.lockstep.core.volume.HostId;
import io.lockstep.core.volume.Lease;
import io.lockstep.core.volume.LockspaceState;
import io.lockstep.core.volume.PeerState;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.VolumeName;
import io.lockstep.simulator.Cluster;
import io.lockstep.simulator.SimulatedHost;
import io.lockstep.simulator.recorded.Recording.Step;
import io.lockstep.simulator.storage.LvchangeResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Hosts, daemons and storage that fail, second by second on the virtual clock. */
class RecordedSanlockTest {

    /** {@code +75s -aey rc=5 took=0s … | h 2 gen 2 timestamp 832 FAIL}; the answer may go on in the line before the bar. */
    private static final Pattern ATTEMPT = Pattern.compile(
            "\\+(\\d+)s -aey rc=(\\d+)(?: took=\\d+s)? ?(.*?)\\| ?(?:h (\\d) gen \\d timestamp \\d+ (\\w+))?");

    private static final Pattern LEASE =
            Pattern.compile("out\\| (\\d+) +lvm_vg0 +([A-Za-z0-9-]{38}) (\\d{10}) (\\d{4}) (\\d{4}) \\d+");
    private static final Pattern HOLDER = Pattern.compile("out\\| +(\\d{4}) (\\d{4}) SH");
    private static final VgName VG = new VgName("vg0");

    private record Attempt(long second, int exit, String said, String host, String liveness) {}

    private final Cluster cluster = RecordedLvmTest.recordedCluster();
    private final SimulatedHost h1 = cluster.host("h1");
    private final SimulatedHost h2 = cluster.host("h2");

    @Test
    void a_host_that_lost_power_is_fail_after_75_s_and_its_locks_are_granted_after_133_s() {
        h2.lvchange(EXCLUSIVE, "vg0/d1_a");
        h2.lvchange(SHARED, "vg0/d1_b");
        h2.powerCut();
        attempts("09-crash.txt", h1, "vg0/d1_a");
        assertThat(h1.lvchange(EXCLUSIVE, "vg0/d1_b").exit()).isZero();
        assertThat(cluster.lease("vg0/d1_a")).isEqualTo(new Lease.Exclusive(new HostId(1), new Generation(1)));
    }

    @Test
    void a_host_that_comes_back_needs_22_s_for_its_lockspace_and_says_hosts_not_ready() {
        h2.lvchange(EXCLUSIVE, "vg0/d1_a");
        h2.powerCut();
        h2.powerOn();
        assertThat(state(h2)).isInstanceOf(LockspaceState.NotStarted.class);
        Instant before = cluster.time().instant();
        h2.lockStart("vg0");
        assertThat(Duration.between(before, cluster.time().instant())).isEqualTo(Duration.ofSeconds(22));
        assertThat(state(h2)).isEqualTo(new LockspaceState.Unknown("hosts not ready"));
        cluster.time().pass(Duration.ofSeconds(20));
        assertThat(state(h2)).isEqualTo(new LockspaceState.Live(new HostId(2), new Generation(2)));
        assertThat(h2.active("vg0/d1_a")).isFalse();
        assertThat(h2.held("vg0/d1_a")).isEqualTo(UNLOCKED);
    }

    @Test
    void with_sanlock_killed_alone_lvmlockd_says_ex_for_ever_while_another_host_is_granted_it() {
        h1.lvchange(EXCLUSIVE, "vg0/d1_a", "vg0/d1_b");
        h1.storage().killSanlock();

        List<Step> steps = Recording.of("25-sanlock-kill.txt").steps();
        Step convert = step(steps, "timeout 20 lvchange -asy vg0/d1_a");
        LvchangeResult converted = h1.lvchange(SHARED, "vg0/d1_a");
        assertThat(converted.stderr()).isEqualTo(convert.err());
        assertThat(convert.out().getFirst()).isEqualTo("rc=" + converted.exit());
        attempts("25-sanlock-kill-h2-view.txt", h2, "vg0/d1_a");

        assertThat(h1.believed("vg0/d1_a")).isEqualTo(EXCLUSIVE);
        assertThat(h1.held("vg0/d1_a")).isEqualTo(UNLOCKED);
        assertThat(state(h1)).isInstanceOf(LockspaceState.Unknown.class);
        assertThat(step(steps, "timeout 5 lvmlockctl -i; virsh domstate").out())
                .contains("LK LV ex j2hSQS-PryZ-pKgm-5oY0-0pI6-dVfO-RgW4Uf");
    }

    @Test
    void storage_that_stalled_for_long_ends_the_lockspace_even_when_it_is_back() {
        h1.powerCut();
        h1.powerOn();
        h2.lvchange(EXCLUSIVE, "vg0/d2_a");
        Instant stalled = cluster.time().instant();
        h2.storage().stallStorage();

        List<Attempt> attempts = attempts("27-storage-stall-h1-view.txt");
        List<Attempt> compared = new ArrayList<>();
        for (Attempt attempt : attempts) {
            at(stalled, attempt.second());
            if (attempt.said().contains("lock start in progress")) {
                // The command ran while the start was waiting; on the virtual clock nothing runs meanwhile.
                continue;
            }
            if (attempt.second() == 91) {
                h1.lockStart("vg0");
            }
            if (attempt.second() == 175) {
                storageIsBack(stalled);
            }
            LvchangeResult result = h1.lvchange(EXCLUSIVE, "vg0/d2_a");
            assertThat(result.exit()).as("%s", attempt).isEqualTo(attempt.exit());
            assertThat(String.join(" ", result.stderr())).isEqualTo(attempt.said());
            compared.add(attempt);
        }
        assertThat(compared).hasSize(attempts.size() - 2);

        Step last = step(Recording.of("27-storage-stall.txt").steps(), "pkill sleep; timeout 10 vgchange -an vg0");
        h2.lockStart("vg0");
        assertThat(h2.lvchange(EXCLUSIVE, "vg0/d2_a").stderr())
                .isEqualTo(last.err().subList(2, 4));
    }

    private void storageIsBack(Instant stalled) {
        assertThat(Duration.between(stalled, cluster.time().instant())).isGreaterThan(Duration.ofSeconds(80));
        assertThat(state(h2)).isInstanceOf(LockspaceState.Lost.class);
        h2.storage().resumeStorage();
        Step back = step(
                Recording.of("27-storage-stall.txt").steps(),
                "timeout 5 sanlock client status -D | grep -E \"monotime"
                        + "|killing_pids|space_dead|renew_fail|renewal_last|kill_count|kill_last\"; timeout 8 lvchange -asy");
        assertThat(h2.lvchange(SHARED, "vg0/d2_a").stderr())
                .isEqualTo(back.err().subList(0, 2));
        assertThat(h2.believed("vg0/d2_a")).isEqualTo(EXCLUSIVE);
        h2.lvchange(UNLOCKED, "vg0/d2_a");
        h2.storage().drop(VG);
    }

    @Test
    void lvmlockd_killed_alone_leaves_orphans_that_keep_other_hosts_out() {
        h2.lvchange(EXCLUSIVE, "vg0/d1_a");
        h2.lvchange(SHARED, "vg0/d1_b");
        h2.storage().killLvmlockd();
        List<Step> steps = Recording.of("08-lvmlockd-kill.txt").steps();

        assertThat(h2.lvchange(SHARED, "vg0/d1_a").stderr())
                .isEqualTo(step(steps, "lvchange -asy vg0/d1_a").err());
        assertThat(h2.lvchange(EXCLUSIVE, "vg0/d1_a").stderr())
                .isEqualTo(step(steps, "lvchange -aey vg0/d1_a").err());
        LvchangeResult deactivated = h2.lvchange(UNLOCKED, "vg0/d1_a");
        assertThat(deactivated.exit()).isZero();
        assertThat(deactivated.stderr())
                .isEqualTo(step(steps, "lvchange -an vg0/d1_a").err());
        assertThat(h2.active("vg0/d1_a")).isFalse();
        assertThat(h2.active("vg0/d1_b")).isTrue();
        assertThat(h1.lvchange(EXCLUSIVE, "vg0/d1_a").exit()).isEqualTo(5);
        assertThat(h1.lvchange(SHARED, "vg0/d1_b").exit()).isZero();

        h2.storage().startLvmlockd(false);
        assertThat(h2.lvchange(SHARED, "vg0/d1_a").stderr())
                .containsExactly("Cannot access VG vg0 due to failed lock.");
        assertThat(h2.lockStart("vg0").exit()).isZero();
        assertThat(state(h2)).isInstanceOf(LockspaceState.Lost.class);
        assertThat(h2.lvchange(EXCLUSIVE, "vg0/d1_a").stderr())
                .containsExactly("Cannot access VG vg0 due to failed lock.");
        assertThat(cluster.lease("vg0/d1_a")).isEqualTo(new Lease.Exclusive(new HostId(2), new Generation(1)));
    }

    @Test
    void an_lvmlockd_that_adopts_never_answers_again() {
        h2.lvchange(EXCLUSIVE, "vg0/d1_a");
        h2.storage().killLvmlockd();
        h2.storage().startLvmlockd(true);
        assertThat(h2.lvchange(SHARED, "vg0/d1_a").ended()).isFalse();
        assertThat(state(h2)).isInstanceOf(LockspaceState.Unknown.class);
    }

    @Test
    void the_lease_area_says_who_holds_what() {
        h1.lvchange(EXCLUSIVE, "vg0/d1_a");
        h1.lvchange(SHARED, "vg0/d1_b");
        h2.lvchange(SHARED, "vg0/d1_b");
        h2.lvchange(EXCLUSIVE, "vg0/d2_a");
        List<Map<String, Lease>> dumps = dumps();
        assertThat(dumps.getFirst()).isEqualTo(leases());
        assertThat(dumps.get(1)).isEqualTo(leases());

        h1.lvchange(UNLOCKED, "vg0/d1_a", "vg0/d1_b");
        assertThat(dumps.get(2)).isEqualTo(leases());
        h2.lvchange(UNLOCKED, "vg0/d1_b", "vg0/d2_a");
        assertThat(dumps.get(3)).isEqualTo(leases());
        assertThat(dumps).hasSize(4);
    }

    private Map<String, Lease> leases() {
        Map<String, Lease> leases = new TreeMap<>();
        for (String name : List.of("vg0/d1_a", "vg0/d1_b", "vg0/d2_a")) {
            leases.put(cluster.disk().volume(VolumeName.of(name)).uuid().value(), cluster.lease(name));
        }
        return leases;
    }

    /** What {@code sanlock direct dump} printed, dump by dump. */
    private static List<Map<String, Lease>> dumps() {
        List<Map<String, Lease>> dumps = new ArrayList<>();
        String shared = "";
        for (String line : Recording.of("04-owner-on-disk.txt").lines()) {
            if (line.contains("lockspace") && line.contains("resource") && line.contains("timestamp")) {
                dumps.add(new TreeMap<>());
            }
            Matcher lease = LEASE.matcher(line);
            Matcher holder = HOLDER.matcher(line);
            if (lease.matches()) {
                shared = lease.group(2);
                boolean free = Long.parseLong(lease.group(3)) == 0;
                dumps.getLast()
                        .put(
                                shared,
                                free
                                        ? new Lease.Free()
                                        : new Lease.Exclusive(
                                                new HostId(Integer.parseInt(lease.group(4))),
                                                new Generation(Long.parseLong(lease.group(5)))));
            } else if (holder.matches()) {
                dumps.getLast()
                        .merge(
                                shared,
                                new Lease.Shared(new TreeSet<>(List.of(new HostId(Integer.parseInt(holder.group(1)))))),
                                RecordedSanlockTest::together);
            }
        }
        return dumps;
    }

    private static Lease together(Lease before, Lease one) {
        TreeSet<HostId> holders = new TreeSet<>();
        for (Lease each : List.of(before, one)) {
            if (each instanceof Lease.Shared shared) {
                holders.addAll(shared.holders());
            }
        }
        return new Lease.Shared(holders);
    }

    private void attempts(String recording, SimulatedHost from, String volume) {
        Instant start = cluster.time().instant();
        List<Attempt> attempts = attempts(recording);
        assertThat(attempts).hasSizeGreaterThan(15);
        for (Attempt attempt : attempts) {
            at(start, attempt.second());
            LvchangeResult result = from.lvchange(EXCLUSIVE, volume);
            assertThat(result.exit()).as("%s", attempt).isEqualTo(attempt.exit());
            PeerState peer = from.platform().lockManager().peers(VG).stream()
                    .filter(p -> p.id().value() == Integer.parseInt(attempt.host()))
                    .findFirst()
                    .orElseThrow();
            assertThat(peer.liveness()).as("%s", attempt).hasToString(attempt.liveness());
        }
    }

    private static List<Attempt> attempts(String recording) {
        // An answer of two lines is joined again.
        String text = Recording.of(recording).lines().stream()
                .collect(Collectors.joining("\n"))
                .replace("\n  ", " ");
        List<Attempt> attempts = new ArrayList<>();
        Matcher matcher = ATTEMPT.matcher(text);
        while (matcher.find()) {
            attempts.add(new Attempt(
                    Long.parseLong(matcher.group(1)),
                    Integer.parseInt(matcher.group(2)),
                    matcher.group(3).strip(),
                    String.valueOf(matcher.group(4)),
                    String.valueOf(matcher.group(5))));
        }
        return attempts;
    }

    private void at(Instant start, long second) {
        Duration left = Duration.between(cluster.time().instant(), start.plusSeconds(second));
        if (left.isPositive()) {
            cluster.time().pass(left);
        }
    }

    private static LockspaceState state(SimulatedHost host) {
        return host.platform().lockManager().read(VG).lockspace();
    }

    private static Step step(List<Step> steps, String command) {
        return steps.stream()
                .filter(s -> s.command().startsWith(command))
                .findFirst()
                .orElseThrow(() -> new AssertionError("nobody typed " + command));
    }
}
