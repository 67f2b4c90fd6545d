package io.lockstep.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.agent.handover.SourceSide;
import io.lockstep.agent.work.Deadline;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.SideProgress;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.VgName;
import io.lockstep.simulator.libvirt.GuestDefinition;
import io.lockstep.simulator.libvirt.Migration;
import io.lockstep.simulator.libvirt.MigrationOptions;
import io.lockstep.simulator.libvirt.MigrationPhase;
import io.lockstep.simulator.libvirt.VirshResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What libvirt, LVM, people and the network can do to a guest and its migration; docs/reliability.md lists them all. */
class SituationsTest {

    @TempDir
    Path directory;

    private TestCluster cluster;

    @BeforeEach
    void build() {
        cluster = TestCluster.withWeb(directory);
    }

    private void locks(String expected, String... volumes) {
        assertThat(cluster.cluster().invariants().always()).isEmpty();
        for (String volume : volumes) {
            assertThat(cluster.locks(volume)).as(volume).isEqualTo(expected);
        }
    }

    @Test
    void a_guest_that_runs_twice_after_a_lost_finish_is_exclusive_nowhere_until_one_is_destroyed() {
        cluster.migrate(MigrationOptions.live().at(MigrationPhase.COPIED, Migration::loseFinish));
        assertThat(cluster.cluster().invariants().activeTwice()).hasSize(1);

        cluster.pass(Duration.ofMinutes(5));
        locks("h1 sh h2 sh h3 un", "vg0/d1_a", "vg0/d1_b");

        cluster.host("h2").virsh().destroy("web");
        cluster.webOnlyOn("h1");
    }

    @Test
    void a_failed_post_copy_keeps_both_sides_shared_and_may_be_taken_up_again() {
        cluster.migrate(MigrationOptions.live().postCopy().at(MigrationPhase.POST_COPY, m -> m.failPostCopy(false)));

        cluster.pass(Duration.ofMinutes(5));
        locks("h1 sh h2 sh h3 un", "vg0/d1_a", "vg0/d1_b");
        for (String host : List.of("h1", "h2")) {
            assertThat(cluster.on(host).agent().handovers())
                    .as(host)
                    .singleElement()
                    .satisfies(h -> assertThat(h.attention()).isPresent());
        }

        VirshResult resumed = cluster.host("h1")
                .virsh()
                .resumePostCopy("web", cluster.host("h2").libvirtd());
        assertThat(resumed.exit()).as(resumed.err()).isZero();
        cluster.webOnlyOn("h2");
    }

    private SourceSide.Share share(long id, long epoch) {
        return new SourceSide.Share(
                new HandoverId(new UUID(7, id)),
                new Epoch(epoch),
                new DomainUuid(TestCluster.WEB.uuid()),
                "web",
                new HostName("h2"),
                new TreeSet<>(List.of(
                        cluster.cluster().known("vg0/d1_a"), cluster.cluster().known("vg0/d1_b"))));
    }

    private SourceSide.Outcome shares(SourceSide.Share request) {
        SourceSide.Outcome outcome = cluster.on("h1")
                .agent()
                .share(
                        request,
                        Deadline.in(Duration.ofSeconds(25), cluster.cluster().time()));
        cluster.quiet();
        return outcome;
    }

    @Test
    void a_repeated_share_is_answered_again_and_one_of_another_handover_is_not() {
        SourceSide.Outcome first = shares(share(1, 1));
        assertThat(first).isInstanceOf(SourceSide.Outcome.Shared.class);

        assertThat(shares(share(1, 1))).isEqualTo(first);
        assertThat(shares(share(2, 2))).isInstanceOf(SourceSide.Outcome.AlreadyOpen.class);
        locks("h1 sh h2 un h3 un", "vg0/d1_a", "vg0/d1_b");

        // Nobody takes part: it goes back by itself.
        cluster.pass(Duration.ofMinutes(2));
        cluster.webOnlyOn("h1");
    }

    @Test
    void a_delayed_share_of_a_closed_handover_changes_nothing() {
        shares(share(1, 1));
        cluster.pass(Duration.ofMinutes(2));
        cluster.webOnlyOn("h1");

        assertThat(shares(share(1, 1))).isEqualTo(new SourceSide.Outcome.Stale(new Epoch(1)));
        assertThat(shares(share(3, 1))).isEqualTo(new SourceSide.Outcome.Stale(new Epoch(1)));
        locks("h1 ex h2 un h3 un", "vg0/d1_a", "vg0/d1_b");
    }

    @Test
    void another_controller_that_repeats_a_share_under_another_epoch_hears_the_epoch_that_is_open() {
        assertThat(shares(share(1, 4))).isInstanceOf(SourceSide.Outcome.Shared.class);

        assertThat(shares(share(1, 9)))
                .isInstanceOfSatisfying(
                        SourceSide.Outcome.Shared.class,
                        again -> assertThat(again.epoch()).isEqualTo(new Epoch(4)));
        assertThat(cluster.on("h1").agent().state().highestEpoch(new DomainUuid(TestCluster.WEB.uuid())))
                .isEqualTo(new Epoch(4));
        locks("h1 sh h2 un h3 un", "vg0/d1_a", "vg0/d1_b");
    }

    @Test
    void another_controller_does_not_open_again_what_has_closed_however_high_its_epoch() {
        shares(share(1, 1));
        cluster.pass(Duration.ofMinutes(2));
        cluster.webOnlyOn("h1");

        assertThat(shares(share(1, 2))).isInstanceOf(SourceSide.Outcome.Refused.class);
        locks("h1 ex h2 un h3 un", "vg0/d1_a", "vg0/d1_b");
    }

    @Test
    void an_epoch_of_the_past_is_refused_after_a_restart_of_the_agent_too() {
        shares(share(1, 5));
        cluster.pass(Duration.ofMinutes(2));
        cluster.on("h1").restart();

        assertThat(shares(share(2, 5))).isEqualTo(new SourceSide.Outcome.Stale(new Epoch(5)));
        cluster.webOnlyOn("h1");
    }

    @Test
    void a_late_wake_of_a_closed_handover_changes_nothing() {
        cluster.migrate(MigrationOptions.live());
        cluster.webOnlyOn("h2");

        cluster.on("h2").agent().wake(new HandoverId(new UUID(0, 1)), Optional.of(SideProgress.SHARED));
        cluster.on("h1").agent().wake(new HandoverId(new UUID(0, 1)), Optional.of(SideProgress.GONE));
        cluster.quiet();

        cluster.webOnlyOn("h2");
    }

    @Test
    void a_release_that_did_not_end_within_its_hook_does_not_take_the_lock_of_the_next_start() {
        cluster.host("h1").faults().commandsHang(true);
        assertThat(cluster.host("h1").virsh().destroy("web").exit()).isZero();
        cluster.host("h1").faults().commandsHang(false);

        for (int tries = 0; cluster.host("h1").virsh().start("web").exit() != 0; tries++) {
            assertThat(tries).isLessThan(20);
            cluster.pass(Duration.ofSeconds(10));
        }
        cluster.pass(Duration.ofMinutes(3));
        cluster.webOnlyOn("h1");
    }

    @Test
    void a_domain_that_was_renamed_while_the_agent_was_down_keeps_one_claim() {
        cluster.on("h1").kill();
        cluster.host("h1").virsh().destroy("web");
        cluster.host("h1").virsh().undefine("web");
        cluster.on("h1").restart();
        cluster.host("h1")
                .virsh()
                .define(GuestDefinition.named("www")
                        .uuid(TestCluster.WEB.uuid())
                        .disks("/dev/vg0/d1_a", "/dev/vg0/d1_b")
                        .xml());

        VirshResult started = cluster.host("h1").virsh().start("www");
        assertThat(started.exit()).as(started.err()).isZero();
        cluster.webOnlyOn("h1");
        assertThat(cluster.on("h1").agent().state().claims()).hasSize(1);

        cluster.host("h1").virsh().destroy("www");
        cluster.rest();
        locks("h1 un h2 un h3 un", "vg0/d1_a", "vg0/d1_b");
    }

    @Test
    void an_agent_that_lost_its_state_gives_no_volume_of_a_guest_that_it_does_not_know_yet_to_another_one()
            throws Exception {
        cluster.host("h1")
                .virsh()
                .define(GuestDefinition.named("thief").disks("/dev/vg0/d1_b").xml());
        cluster.on("h1").kill();
        Files.delete(cluster.on("h1").stateFile());
        cluster.on("h1").restart();

        VirshResult atOnce = cluster.host("h1").virsh().start("thief");
        assertThat(atOnce.exit()).isNotZero();
        assertThat(atOnce.err()).contains("vg0/d1_b", "in use by a guest or a program that Lockstep does not know yet");

        cluster.rest();
        VirshResult later = cluster.host("h1").virsh().start("thief");
        assertThat(later.err()).contains("vg0/d1_b is claimed EXCLUSIVE on this host by domain web");
        cluster.webOnlyOn("h1");
    }

    @Test
    void a_target_whose_paths_were_changed_holds_what_it_uses_and_the_source_lets_go_of_what_it_used() {
        String there = GuestDefinition.named("web")
                .uuid(TestCluster.WEB.uuid())
                .disks("/dev/mapper/vg0-d1_a", "/dev/vg0/x")
                .xml();

        VirshResult moved = cluster.migrate(MigrationOptions.live().xml(there));

        assertThat(moved.exit()).as(moved.err()).isZero();
        cluster.rest();
        assertThat(cluster.cluster().invariants().quietMeansExact()).isEmpty();
        locks("h1 un h2 ex h3 un", "vg0/d1_a", "vg0/x");
        locks("h1 un h2 un h3 un", "vg0/d1_b");
    }

    @Test
    void a_volume_that_got_a_snapshot_while_its_guest_runs_refuses_the_migration_and_stays_exclusive() {
        cluster.cluster().snapshot("vg0/snap", "vg0/d1_a");

        VirshResult refused = cluster.migrate(MigrationOptions.live());

        assertThat(refused.exit()).isNotZero();
        assertThat(refused.err()).contains("vg0/d1_a");
        cluster.webOnlyOn("h1");
    }

    @Test
    void a_volume_that_is_removed_under_a_stopped_guest_refuses_its_start_and_leaves_nothing() {
        cluster.host("h1").virsh().destroy("web");
        cluster.rest();
        cluster.cluster().removeVolume("vg0/d1_b");

        VirshResult started = cluster.host("h1").virsh().start("web");

        assertThat(started.exit()).isNotZero();
        cluster.rest();
        locks("h1 un h2 un h3 un", "vg0/d1_a");
    }

    @Test
    void of_two_volume_groups_one_that_is_down_refuses_its_guests_alone() {
        cluster.cluster().volumeGroup("vg1").volumes("vg1/a");
        cluster.host("h1").lockStart("vg1");
        cluster.host("h2").lockStart("vg1");
        cluster.pass(Duration.ofMinutes(11));
        cluster.host("h2").storage().lockStop(new VgName("vg1"));
        cluster.rest();
        cluster.host("h2")
                .virsh()
                .define(GuestDefinition.named("both")
                        .disks("/dev/vg0/x", "/dev/vg1/a")
                        .xml());
        cluster.host("h2")
                .virsh()
                .define(GuestDefinition.named("one").disks("/dev/vg0/x").xml());

        VirshResult both = cluster.host("h2").virsh().start("both");
        assertThat(both.exit()).isNotZero();
        assertThat(both.err()).contains("vg1");
        cluster.rest();
        locks("h1 un h2 un h3 un", "vg0/x", "vg1/a");

        VirshResult one = cluster.host("h2").virsh().start("one");
        assertThat(one.exit()).as(one.err()).isZero();
        cluster.rest();
        locks("h1 un h2 ex h3 un", "vg0/x");
    }

    @Test
    void a_source_that_loses_power_after_the_guest_has_moved_leaves_it_exclusive_in_sanlocks_time() {
        cluster.migrate(MigrationOptions.live().at(MigrationPhase.FINISHED, () -> {
            cluster.on("h1").kill();
            cluster.host("h1").powerCut();
        }));
        cluster.pass(Duration.ofMinutes(1));
        assertThat(cluster.held("h2", "vg0/d1_a")).as("silence is not death").isEqualTo(LockMode.SHARED);

        cluster.pass(Duration.ofMinutes(4));
        assertThat(cluster.held("h2", "vg0/d1_a")).isEqualTo(LockMode.EXCLUSIVE);
        assertThat(cluster.held("h2", "vg0/d1_b")).isEqualTo(LockMode.EXCLUSIVE);
        assertThat(cluster.cluster().invariants().always()).isEmpty();
    }
}
