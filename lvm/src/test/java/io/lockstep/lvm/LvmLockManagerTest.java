package io.lockstep.lvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.core.port.LockManagerException;
import io.lockstep.core.volume.Generation;
import io.lockstep.core.volume.HostId;
import io.lockstep.core.volume.Lease;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.LockspaceState;
import io.lockstep.core.volume.PeerState;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.VgReading;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeInfo;
import io.lockstep.core.volume.VolumeReading;
import io.lockstep.lvm.command.CommandResult;
import io.lockstep.lvm.command.Limits;
import io.lockstep.lvm.devicemapper.OpenCounts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** h1 of the recorded cluster: d1_a is exclusive here, d1_b shared on both hosts, d2_a exclusive on h2. */
class LvmLockManagerTest {

    private static final VgName VG = new VgName("vg0");
    private static final String VG_UUID = "taWsEO6izwqj6QcJf03xINnKuux9I32r";
    private static final Volume D1_A = Volume.of("vg0/d1_a", "j2hSQS-PryZ-pKgm-5oY0-0pI6-dVfO-RgW4Uf");
    private static final Volume D1_B = Volume.of("vg0/d1_b", "jgGbKJ-fpYp-9Gdx-D9IU-Djs7-yp17-Dh1Mr6");
    private static final Volume D2_A = Volume.of("vg0/d2_a", "asMreW-T7Pe-lFLs-Ufn4-Gqv6-VbeW-OrXAdJ");
    private static final Volume POOL = Volume.of("vg0/tp", "CFsMzj-WNAG-qgf3-U44p-pYap-zWBk-pl3pcG");
    private static final Volume THIN = Volume.of("vg0/th1", "rve1Ra-wT2n-YfZk-pJdX-gRGh-RBwY-PomLzC");
    private static final LockResult ELSEWHERE = new LockResult.HeldElsewhere(Optional.empty());

    @TempDir
    Path root;

    private final FakeHost host = new FakeHost();
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private FakeFileSystem files;
    private LvmLockManager manager;

    @BeforeEach
    void h1() throws IOException {
        files = new FakeFileSystem(root);
        activate(1, D1_A);
        activate(2, D1_B);
        host.recorded("lvmlockctl --info --dump", Recording.run("03-query", "h1", "lvmlockctl --info --dump"));
        host.recorded("sanlock client status -D", Recording.run("03-query", "h1", "sanlock client status -D"));
        host.recorded("sanlock client gets -h 1", Recording.run("03-query", "h1", "sanlock client gets"));
        host.recorded(
                "sanlock client host_status -D", Recording.run("03-query", "h1", "sanlock client host_status -D"));
        host.recorded("lvs", Recording.run("03-query", "h1", "lvs --reportformat json_std"));
        host.says(
                "dmsetup info",
                dm(D1_A) + ":vg0-d1_a:1\n" + dm(D1_B) + ":vg0-d1_b:0\n" + "LVM-" + VG_UUID
                        + "Y88kjPzVRoAyxuCHKK2gN8GrKpB9bXZ0:vg0-lvmlock:1\n");
        manager = new LvmLockManager(host, Limits.DEFAULT, root, OpenCounts.NOT_HERE, now::get);
    }

    private static String dm(Volume volume) {
        return "LVM-" + VG_UUID + volume.uuid().plain();
    }

    private void activate(int minor, Volume volume) throws IOException {
        files.device(minor, "vg0-" + volume.name().lv(), dm(volume));
    }

    /** From now on lvmlockd shows these locks: {@code mode UUID}. */
    private void lockd(String... resources) {
        StringBuilder dump = new StringBuilder(Recording.run("03-query", "h1", "lvmlockctl --info --dump")
                .out()
                .lines()
                .limit(5)
                .reduce("", (a, b) -> a + b + "\n"));
        for (String resource : resources) {
            String[] parts = resource.split(" ", -1);
            dump.append("info=r name=%s type=lv mode=%s sh_count=0 version=0\n".formatted(parts[1], parts[0]));
        }
        host.says("lvmlockctl --info --dump", dump.toString());
    }

    private LockResult change(Volume volume, LockMode mode) {
        return manager.change(VG, new TreeSet<>(Set.of(volume)), mode).get(volume);
    }

    /** lvchange answers so, and does this first. */
    private void lvchange(int status, String err, Step effect) {
        host.answer("lvchange", c -> {
            try {
                effect.run();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return new CommandResult.Ended(c, status, "", err, true);
        });
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    private static void nothing() {}

    @Test
    void a_reading_joins_locks_devices_and_openers_and_takes_no_lock() {
        VgReading reading = manager.read(VG);

        assertThat(reading.lockspace()).isEqualTo(new LockspaceState.Live(new HostId(1), new Generation(1)));
        assertThat(reading.volumes())
                .containsExactlyInAnyOrder(
                        new VolumeReading(D1_A, LockMode.EXCLUSIVE, true, true),
                        new VolumeReading(D1_B, LockMode.SHARED, true, false));
        assertThat(reading.of(D1_A).orElseThrow().volume().name()).isEqualTo(D1_A.name());
        assertThat(host.lines())
                .containsExactly(
                        "lvmlockctl --info --dump",
                        "sanlock client status -D",
                        "dmsetup info -c --noheadings -o uuid,name,open");
    }

    @Test
    void a_lockspace_that_sanlock_has_renewed_is_live_for_some_seconds_without_asking_again() {
        manager.read(VG);
        now.set(Instant.EPOCH.plusSeconds(4));
        manager.read(VG);
        assertThat(host.lines("sanlock")).hasSize(1);
        now.set(Instant.EPOCH.plusSeconds(5));
        manager.read(VG);
        assertThat(host.lines("sanlock")).hasSize(2);
    }

    @Test
    void what_sanlock_said_a_moment_ago_proves_only_a_live_lockspace() {
        String dead = Recording.run("03-query", "h1", "sanlock client status -D")
                .out()
                .replace("space_dead=0", "space_dead=1");
        host.says("sanlock client status -D", dead);
        assertThat(manager.read(VG).lockspace()).isInstanceOf(LockspaceState.Lost.class);

        host.recorded("sanlock client status -D", Recording.run("03-query", "h1", "sanlock client status -D"));
        assertThat(manager.read(VG).lockspace()).isInstanceOf(LockspaceState.Live.class);
    }

    @Test
    void without_dmsetup_everything_counts_as_open() {
        host.answer("dmsetup", c -> new CommandResult.NotStarted(c, "not installed"));
        assertThat(manager.read(VG).volumes()).hasSize(2).allMatch(VolumeReading::open);
    }

    @Test
    void a_leaked_lock_is_named_by_the_metadata_which_is_then_read_once() {
        lockd("ex " + D2_A.uuid());
        assertThat(manager.read(VG).of(D2_A)).contains(new VolumeReading(D2_A, LockMode.EXCLUSIVE, false, false));
        manager.read(VG);
        assertThat(host.lines("lvs")).hasSize(1).allMatch(l -> l.contains("--nolocking"));
    }

    @Test
    void a_lock_of_a_volume_that_no_metadata_has_does_not_cost_a_command_every_time() {
        lockd("ex zzzzzz-0000-0000-0000-0000-0000-zzzzzz");
        manager.read(VG);
        manager.read(VG);
        assertThat(host.lines("lvs")).hasSize(1);
        now.set(Instant.EPOCH.plusSeconds(61));
        manager.read(VG);
        assertThat(host.lines("lvs")).hasSize(2);
    }

    @Test
    void right_after_joining_hosts_that_are_not_ready_make_the_lockspace_unknown() {
        host.says(
                "sanlock client status -D",
                Recording.run("03-query", "h1", "sanlock client status -D")
                        .out()
                        .replace("monotime=354", "monotime=180"));
        assertThat(manager.read(VG).lockspace()).isInstanceOf(LockspaceState.Live.class);
        host.says("sanlock client gets", "s lvm_vg0:1:/dev/mapper/vg0-lvmlock:0 \nhosts not ready\n");
        assertThat(manager.read(VG).lockspace()).isInstanceOf(LockspaceState.Unknown.class);
    }

    @Test
    void a_dead_lvmlockd_leaves_nothing_known_but_its_orphans() {
        host.recorded("lvmlockctl --info --dump", Recording.run("08-lvmlockd-kill", "h2", "lvmlockctl -i"));
        host.says(
                "sanlock client status -D",
                Recording.run("03-query", "h1", "sanlock client status -D")
                        .out()
                        .replace(" p 305\n", " p 305 ORPHAN\n"));
        VgReading reading = manager.read(VG);
        assertThat(reading.volumes()).isEmpty();
        assertThat(reading.lockspace()).isInstanceOf(LockspaceState.Unknown.class);
        assertThat(reading.lockspace().reason())
                .startsWith("lvmlockd is not running")
                .contains("orphan leases");
    }

    @Test
    void a_dump_that_another_program_is_asking_for_is_asked_for_again() {
        Recording.Run dump = Recording.run("03-query", "h1", "lvmlockctl --info --dump");
        host.answer("lvmlockctl", c -> {
            boolean taken = host.lines("lvmlockctl").size() < 4;
            return new CommandResult.Ended(c, taken ? 158 : 0, taken ? "socket error -98\n" : dump.out(), "", true);
        });
        assertThat(manager.read(VG).lockspace()).isInstanceOf(LockspaceState.Live.class);
        assertThat(host.lines("lvmlockctl")).hasSize(4);

        host.ends("lvmlockctl", 158, "socket error -98\n", "");
        assertThat(manager.read(VG).lockspace()).isInstanceOf(LockspaceState.Unknown.class);
    }

    @Test
    void a_volume_whose_name_looks_like_an_internal_one_is_a_volume() throws Exception {
        Volume old = Volume.of("vg0/web_cpool", D1_A.uuid().value());
        host.says("lvs", """
                {"report":[{"lv":[
                 {"vg_name":"vg0","vg_uuid":"u","vg_lock_type":"sanlock","lv_name":"web_cpool","lv_uuid":"%s","lv_layout":"linear","lv_role":"public","lv_lockargs":"1.0.0:95420416","pool_lv_uuid":"","origin_uuid":""}
                ]}]}""".formatted(old.uuid()));
        host.says("dmsetup info", dm(old) + ":vg0-web_cpool:1\n");

        assertThat(manager.volumes(VG)).extracting(VolumeInfo::volume).containsExactly(old);
        assertThat(manager.read(VG).volumes()).contains(new VolumeReading(old, LockMode.EXCLUSIVE, true, true));
    }

    @Test
    void a_lvmlockd_that_hangs_is_not_asked_twice_at_a_time() {
        AtomicBoolean living = new AtomicBoolean(true);
        host.answer("lvmlockctl", c -> new CommandResult.Stuck(c, "", "", living::get));
        assertThat(manager.read(VG).lockspace().reason()).contains("does not end");
        assertThat(manager.read(VG).lockspace()).isInstanceOf(LockspaceState.Unknown.class);
        assertThat(host.lines("lvmlockctl")).hasSize(1);
    }

    @Test
    void a_sanlock_that_died_makes_locks_count_for_nothing() {
        host.recorded("sanlock client status -D", new Recording.Run("h1", "", 1, "\n", ""));
        VgReading reading = manager.read(VG);
        assertThat(reading.lockspace()).isInstanceOf(LockspaceState.Unknown.class);
        assertThat(reading.mode(D1_A)).isEmpty();
    }

    @Test
    void volumes_of_one_command_succeed_or_fail_one_by_one() {
        Recording.Run run = Recording.run("02-multi-open-errors", "h1", "lvchange -aey vg0/d1_a vg0/d1_b vg0/d2_a");
        files(() -> {
            files.removeDevice(1);
            files.removeDevice(2);
        });
        lvchange(run.status(), run.err(), () -> {
            lockd("ex " + D1_A.uuid(), "ex " + D2_A.uuid());
            activate(1, D1_A);
            activate(3, D2_A);
        });

        assertThat(manager.change(VG, new TreeSet<>(Set.of(D1_A, D1_B, D2_A)), LockMode.EXCLUSIVE))
                .containsEntry(D1_A, new LockResult.Granted(LockMode.EXCLUSIVE))
                .containsEntry(D1_B, ELSEWHERE)
                .containsEntry(D2_A, new LockResult.Granted(LockMode.EXCLUSIVE));
        assertThat(host.lines("lvchange")).containsExactly("lvchange -aey vg0/d2_a vg0/d1_a vg0/d1_b");
    }

    private static void files(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void each_mode_has_its_option() {
        lvchange(0, "", LvmLockManagerTest::nothing);
        change(D1_A, LockMode.SHARED);
        change(D1_A, LockMode.UNLOCKED);
        assertThat(host.lines("lvchange")).containsExactly("lvchange -asy vg0/d1_a", "lvchange -an vg0/d1_a");
    }

    @Test
    void a_shared_lock_that_is_kept_when_it_cannot_become_exclusive_is_a_refusal() {
        Recording.Run run = Recording.run("01-modes", "h1", "lvchange -aey vg0/d1_a", 1);
        lvchange(run.status(), run.err(), () -> lockd("sh " + D1_A.uuid()));
        assertThat(change(D1_A, LockMode.EXCLUSIVE)).isEqualTo(ELSEWHERE);
    }

    @Test
    void exit_status_0_is_no_lock_when_activation_was_skipped() {
        lvchange(0, "", LvmLockManagerTest::nothing);
        assertThat(change(D2_A, LockMode.EXCLUSIVE)).isEqualTo(new LockResult.NotActivated());
    }

    @Test
    void a_lock_whose_volume_is_not_active_is_not_granted() {
        lvchange(0, "", () -> lockd("ex " + D2_A.uuid()));
        assertThat(change(D2_A, LockMode.EXCLUSIVE))
                .isEqualTo(new LockResult.Unknown("the lock was taken, but the volume could not be activated"));
    }

    @Test
    void exit_status_0_is_no_release_while_the_lock_is_there() {
        lvchange(0, "  Failed to unlock logical volume vg0/d1_a.\n", () -> files.removeDevice(1));
        assertThat(change(D1_A, LockMode.UNLOCKED)).isEqualTo(new LockResult.Unknown("its lock could not be released"));
        lvchange(0, "", LvmLockManagerTest::nothing);
        assertThat(change(D1_A, LockMode.UNLOCKED))
                .isEqualTo(new LockResult.Unknown("lvchange said yes, but the lock is still EXCLUSIVE"));
    }

    @Test
    void a_release_is_granted_when_lock_and_device_are_gone() {
        lvchange(0, "", () -> {
            lockd();
            files.removeDevice(1);
        });
        assertThat(change(D1_A, LockMode.UNLOCKED)).isEqualTo(new LockResult.Granted(LockMode.UNLOCKED));
        assertThat(change(D2_A, LockMode.UNLOCKED)).isEqualTo(new LockResult.Granted(LockMode.UNLOCKED));
    }

    @Test
    void a_release_that_is_in_use_names_who_has_it_open() throws IOException {
        files.file("proc/4711/comm", "qemu-system-x86\n");
        files.link("proc/4711/fd/12", "/dev/dm-1");
        lvchange(
                5,
                Recording.run("02-multi-open-errors", "h1", "lvchange -an vg0/d1_a; lvmlockctl")
                        .err(),
                LvmLockManagerTest::nothing);
        assertThat(change(D1_A, LockMode.UNLOCKED)).isEqualTo(new LockResult.InUse("qemu-system-x86 (pid 4711)"));
    }

    @Test
    void a_release_while_lvmlockd_is_dead_is_unknown_and_an_acquisition_refused() {
        Recording.Run release = Recording.run("08-lvmlockd-kill", "h2", "lvchange -an vg0/d1_a");
        host.recorded("lvmlockctl --info --dump", Recording.run("08-lvmlockd-kill", "h2", "lvmlockctl -i"));
        lvchange(release.status(), release.err(), () -> files.removeDevice(1));
        assertThat(release.status()).isZero();
        assertThat(change(D1_A, LockMode.UNLOCKED)).isInstanceOf(LockResult.Unknown.class);

        Recording.Run take = Recording.run("08-lvmlockd-kill", "h2", "lvchange -aey vg0/d1_a");
        lvchange(take.status(), take.err(), LvmLockManagerTest::nothing);
        assertThat(change(D1_A, LockMode.EXCLUSIVE)).isEqualTo(new LockResult.LockspaceDown("lvmlockd is not running"));
    }

    @Test
    void nothing_is_granted_in_a_lockspace_that_is_not_live() {
        host.says(
                "sanlock client status -D",
                Recording.run("03-query", "h1", "sanlock client status -D")
                        .out()
                        .replace("monotime=354", "monotime=500"));
        lvchange(0, "", LvmLockManagerTest::nothing);
        assertThat(change(D1_A, LockMode.EXCLUSIVE)).isInstanceOf(LockResult.LockspaceDown.class);

        host.says("lvmlockctl --info --dump", "info=structs unused_action_count=31\n");
        host.says("sanlock client status -D", "daemon h1\n    use_watchdog=0\n    monotime=9\n");
        Recording.Run release = Recording.run("07-daemons", "h2", "lvchange -an vg0/d1_a");
        lvchange(release.status(), release.err(), () -> files.removeDevice(1));
        assertThat(change(D1_A, LockMode.UNLOCKED))
                .isEqualTo(new LockResult.LockspaceDown("lockspace not started (vgchange --lock-start)"));
    }

    @Test
    void a_group_that_lvm_does_not_see_does_not_make_its_volumes_unknown_to_anybody() {
        Recording.Run run = Recording.run("02-multi-open-errors", "h1", "lvchange -aey nosuchvg/x");
        lvchange(run.status(), run.err().replace("nosuchvg", "vg0"), LvmLockManagerTest::nothing);
        assertThat(change(D2_A, LockMode.EXCLUSIVE))
                .isEqualTo(new LockResult.LockspaceDown(
                        "LVM does not see volume group vg0 on this host: look at its storage"));
        assertThat(host.lines("lvchange")).hasSize(1);
    }

    @Test
    void a_name_that_belongs_to_another_active_volume_is_not_touched() throws IOException {
        Volume gone = Volume.of("vg0/d1_a", "zzzzzz-0000-0000-0000-0000-0000-zzzzzz");
        assertThat(change(gone, LockMode.UNLOCKED)).isEqualTo(new LockResult.NoSuchVolume());
        files.device(1, "vg0-renamed", dm(D1_A));
        assertThat(change(D1_A, LockMode.SHARED)).isEqualTo(new LockResult.NoSuchVolume());
        assertThat(host.lines()).isEmpty();
    }

    @Test
    void another_volume_that_was_activated_under_the_name_is_released_again() {
        Volume remade = Volume.of("vg0/d2_a", "zzzzzz-0000-0000-0000-0000-0000-zzzzzz");
        lvchange(0, "", () -> {
            lockd("ex " + remade.uuid());
            activate(3, remade);
        });
        assertThat(change(D2_A, LockMode.EXCLUSIVE)).isEqualTo(new LockResult.NoSuchVolume());
        assertThat(host.lines("lvchange")).containsExactly("lvchange -aey vg0/d2_a", "lvchange -an vg0/d2_a");
    }

    @Test
    void a_command_that_does_not_end_fails_the_next_one_at_once() {
        AtomicBoolean living = new AtomicBoolean(true);
        host.answer("lvchange", c -> new CommandResult.Stuck(c, "", "", living::get));
        LockResult stuck = new LockResult.Stuck("lvchange -asy vg0/d1_a");
        assertThat(change(D1_A, LockMode.SHARED)).isEqualTo(stuck);
        assertThat(change(D1_B, LockMode.UNLOCKED)).isEqualTo(stuck);
        assertThat(host.lines("lvchange")).hasSize(1);

        living.set(false);
        lvchange(0, "", () -> lockd("sh " + D1_A.uuid()));
        assertThat(change(D1_A, LockMode.SHARED)).isEqualTo(new LockResult.Granted(LockMode.SHARED));
    }

    @Test
    void a_command_that_had_to_be_stopped_counts_for_what_it_has_done() {
        host.answer("lvchange", c -> new CommandResult.Stopped(c, "", ""));
        lockd("sh " + D1_A.uuid());
        assertThat(manager.change(VG, new TreeSet<>(Set.of(D1_A, D2_A)), LockMode.SHARED))
                .containsEntry(D1_A, new LockResult.Granted(LockMode.SHARED))
                .containsEntry(D2_A, new LockResult.Stuck("lvchange -asy vg0/d2_a vg0/d1_a"));
    }

    @Test
    void a_thin_volume_shows_the_lock_of_its_pool_while_it_is_active() throws Exception {
        host.says("lvs", """
                {"report":[{"lv":[
                 {"vg_name":"vg0","vg_uuid":"u","vg_lock_type":"sanlock","lv_name":"tp","lv_uuid":"%s","lv_layout":["thin","pool"],"lv_role":["private"],"lv_lockargs":"1.0.0:95420416","pool_lv_uuid":"","origin_uuid":""},
                 {"vg_name":"vg0","vg_uuid":"u","vg_lock_type":"sanlock","lv_name":"th1","lv_uuid":"%s","lv_layout":["thin","sparse"],"lv_role":["public"],"lv_lockargs":"","pool_lv_uuid":"%s","origin_uuid":""}
                ]}]}""".formatted(POOL.uuid(), THIN.uuid(), POOL.uuid()));
        assertThat(manager.volumes(VG))
                .extracting(i -> i.volume() + " " + i.type() + " " + i.shareable())
                .containsExactly("vg0/tp thin-pool false", "vg0/th1 thin false");

        lockd("ex " + POOL.uuid());
        host.says(
                "dmsetup info",
                dm(THIN) + ":vg0-th1:0\n" + dm(POOL) + "-tpool:vg0-tp-tpool:1\n" + "LVM-" + VG_UUID
                        + "Y88kjPzVRoAyxuCHKK2gN8GrKpB9bXZ0:vg0-tp_tdata:1\n");
        assertThat(manager.read(VG).volumes())
                .containsExactlyInAnyOrder(
                        new VolumeReading(POOL, LockMode.EXCLUSIVE, true, true),
                        new VolumeReading(THIN, LockMode.EXCLUSIVE, true, false));
    }

    @Test
    void the_lease_area_is_read_with_one_command_for_volumes_that_lie_together() {
        host.recorded(
                "sanlock direct dump",
                Recording.run(
                        "04-owner-on-disk", "h2", "sanlock direct dump /dev/mapper/vg0-lvmlock:70254592:3145728"));
        assertThat(manager.leases(VG, Set.of(D1_A, D1_B, D2_A)))
                .containsEntry(D1_A, new Lease.Exclusive(new HostId(1), new Generation(1)))
                .containsEntry(D1_B, new Lease.Shared(new TreeSet<>(Set.of(new HostId(1), new HostId(2)))))
                .containsEntry(D2_A, new Lease.Exclusive(new HostId(2), new Generation(1)));
        assertThat(host.lines("sanlock direct"))
                .containsExactly("sanlock direct dump /dev/mapper/vg0-lvmlock:70254592:3145728");
    }

    @Test
    void a_lease_area_that_cannot_be_read_tells_of_nobody() {
        host.ends("sanlock direct dump", 1, "", "open error\n");
        assertThat(manager.leases(VG, Set.of(D1_A)).get(D1_A)).isInstanceOf(Lease.Unknown.class);
        assertThat(manager.leases(VG, Set.of(THIN)).get(THIN)).isInstanceOf(Lease.Unknown.class);
    }

    @Test
    void peers_have_sanlocks_word_and_their_names() {
        assertThat(manager.peers(VG))
                .containsExactly(
                        new PeerState(new HostId(1), Optional.of("h1"), new Generation(1), PeerState.Liveness.LIVE),
                        new PeerState(new HostId(2), Optional.of("h2"), new Generation(1), PeerState.Liveness.LIVE));
    }

    @Test
    void a_host_that_has_lost_its_storage_says_nothing_of_others() {
        // Recorded on such a host: h 1 gen 2 DEAD, while h1 lived in generation 3.
        host.says("sanlock client gets", "s lvm_vg0:1:/dev/mapper/vg0-lvmlock:0 \nh 1 gen 2 timestamp 3095 DEAD\n");
        assertThat(manager.peers(VG)).hasSize(1);
        host.says(
                "sanlock client status -D",
                Recording.run("03-query", "h1", "sanlock client status -D")
                        .out()
                        .replace("space_dead=0", "space_dead=1"));
        assertThat(manager.peers(VG)).isEmpty();
    }

    @Test
    void shared_groups_are_read_without_locks_and_not_many_times_a_second() throws Exception {
        host.says(
                "vgs",
                "{\"report\":[{\"vg\":[{\"vg_name\":\"vg0\",\"vg_uuid\":\"u\",\"vg_lock_type\":\"sanlock\"},"
                        + "{\"vg_name\":\"loc\",\"vg_uuid\":\"u\",\"vg_lock_type\":\"\"}]}]}");
        assertThat(manager.volumeGroups()).containsExactly(VG);
        manager.volumeGroups();
        assertThat(host.lines("vgs")).hasSize(1).allMatch(l -> l.contains("--nolocking"));
        now.set(Instant.EPOCH.plusSeconds(2));
        host.ends("vgs", 5, "", "  Some device cannot be read.\n");
        assertThatThrownBy(() -> manager.volumeGroups())
                .isInstanceOf(LockManagerException.class)
                .hasMessageContaining("Some device cannot be read");
    }
}
