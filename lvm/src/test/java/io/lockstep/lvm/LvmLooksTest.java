package io.lockstep.lvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.core.port.LockManagerException;
import io.lockstep.core.volume.Generation;
import io.lockstep.core.volume.HostId;
import io.lockstep.core.volume.Lease;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LockspaceState;
import io.lockstep.core.volume.PeerState;
import io.lockstep.core.volume.VgReading;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeInfo;
import io.lockstep.core.volume.VolumeReading;
import io.lockstep.lvm.command.CommandResult;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What is read of a host and of its peers: locks, devices, names, leases. */
class LvmLooksTest extends RecordedH1 {

    private static final Volume POOL = Volume.of("vg0/tp", "CFsMzj-WNAG-qgf3-U44p-pYap-zWBk-pl3pcG");
    private static final Volume THIN = Volume.of("vg0/th1", "rve1Ra-wT2n-YfZk-pJdX-gRGh-RBwY-PomLzC");

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
