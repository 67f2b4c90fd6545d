package io.lockstep.simulator;

import static io.lockstep.core.volume.LockMode.EXCLUSIVE;
import static io.lockstep.core.volume.LockMode.SHARED;
import static io.lockstep.core.volume.LockMode.UNLOCKED;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.core.domain.DomainUuid;
import io.lockstep.simulator.libvirt.GuestDefinition;
import io.lockstep.simulator.libvirt.Migration;
import io.lockstep.simulator.libvirt.MigrationOptions;
import io.lockstep.simulator.libvirt.MigrationPhase;
import io.lockstep.simulator.storage.LogicalVolume;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each invariant in a situation that violates it, and next to it one that does not. */
class InvariantsTest {

    private static final GuestDefinition D1 = GuestDefinition.named("d1").disks("/dev/vg0/d1_a");

    private final Cluster cluster =
            Cluster.named("h1", "h2", "h3").volumeGroup("vg0").volumes("vg0/d1_a", "vg0/d2_a");
    private final SimulatedHost h1 = cluster.host("h1");
    private final SimulatedHost h2 = cluster.host("h2");
    private final Invariants invariants = cluster.invariants();

    private void runs(SimulatedHost host, GuestDefinition guest) {
        host.virsh().define(guest.xml());
        assertThat(host.virsh().start("d1").err()).isEmpty();
    }

    @Test
    void i0_two_hosts_that_share_a_volume_by_hand_can_both_write_it() {
        h1.lvchange(SHARED, "vg0/d1_a");
        h2.lvchange(SHARED, "vg0/d1_a");
        runs(h1, D1);
        assertThat(invariants.singleWriter()).isEmpty();
        runs(h2, D1);
        assertThat(invariants.singleWriter())
                .anyMatch(v -> v.contains("vg0/d1_a could be written by d1 on h1 and d1 on h2"))
                .anyMatch(v -> v.contains("ran on [h1, h2]"));
    }

    @Test
    void i0_counts_a_moment_that_is_long_over() {
        h1.lvchange(SHARED, "vg0/d1_a");
        h2.lvchange(SHARED, "vg0/d1_a");
        runs(h1, D1);
        runs(h2, D1);
        h2.virsh().destroy("d1");
        assertThat(invariants.singleWriter()).isNotEmpty();
    }

    @Test
    void i0_a_shareable_disk_may_be_written_by_two_guests() {
        h1.lvchange(SHARED, "vg0/d1_a");
        h2.lvchange(SHARED, "vg0/d1_a");
        runs(h1, GuestDefinition.named("d1").shareableDisk("/dev/vg0/d1_a"));
        h2.virsh()
                .define(GuestDefinition.named("d2")
                        .shareableDisk("/dev/vg0/d1_a")
                        .xml());
        h2.virsh().start("d2");
        assertThat(invariants.singleWriter()).isEmpty();
        assertThat(cluster.writers().now(cluster.known("vg0/d1_a"))).hasSize(2);
    }

    @Test
    void i0_two_guests_of_one_host_are_two_writers() {
        h1.lvchange(EXCLUSIVE, "vg0/d1_a");
        runs(h1, D1);
        h1.virsh()
                .define(GuestDefinition.named("d2")
                        .disks("/dev/mapper/vg0-d1_a")
                        .xml());
        h1.virsh().start("d2");
        assertThat(invariants.singleWriter()).hasSize(1);
    }

    @Test
    void i0_a_paused_guest_does_not_write() {
        h1.lvchange(SHARED, "vg0/d1_a");
        h2.lvchange(SHARED, "vg0/d1_a");
        runs(h1, D1);
        h1.virsh().suspend("d1");
        runs(h2, D1);
        assertThat(invariants.singleWriter()).isEmpty();
        h1.virsh().resume("d1");
        assertThat(invariants.singleWriter()).isNotEmpty();
    }

    @Test
    void i0_excuses_a_lost_finish_only_as_long_as_it_lasts() {
        shareAndRun();
        h1.migrate("d1", h2, MigrationOptions.live().at(MigrationPhase.COPYING, Migration::loseFinish));
        assertThat(invariants.activeTwice()).hasSize(1);
        assertThat(invariants.singleWriter()).isEmpty();
        h1.virsh().destroy("d1");
        h1.virsh().start("d1");
        assertThat(invariants.singleWriter()).isNotEmpty();
    }

    @Test
    void i0_a_double_run_by_a_lost_finish_is_the_same_one_when_a_guest_was_suspended_meanwhile() {
        shareAndRun();
        h1.migrate("d1", h2, MigrationOptions.live().at(MigrationPhase.COPYING, Migration::loseFinish));
        h1.virsh().suspend("d1");
        h1.virsh().resume("d1");
        assertThat(invariants.activeTwice()).hasSize(1);
        assertThat(invariants.singleWriter()).isEmpty();
    }

    @Test
    void suspending_what_a_migration_left_over_does_not_make_it_look_like_a_guest_that_a_person_paused() {
        shareAndRun();
        h1.migrate("d1", h2, MigrationOptions.live().at(MigrationPhase.COPYING, Migration::loseConfirm));
        assertThat(h1.virsh().suspend("d1").ok()).isTrue();
        assertThat(h1.virsh().domstate("d1").out().strip()).isEqualTo("paused (migrating)");
    }

    @Test
    void i0_excuses_a_left_over_source_that_somebody_resumed() {
        shareAndRun();
        h1.migrate("d1", h2, MigrationOptions.live().at(MigrationPhase.COPYING, Migration::loseConfirm));
        assertThat(h1.virsh().domstate("d1").out().strip()).isEqualTo("paused (migrating)");
        h1.virsh().resume("d1");
        assertThat(invariants.activeTwice()).hasSize(1);
        assertThat(invariants.singleWriter()).isEmpty();
    }

    @Test
    void i0_two_writers_after_sanlock_was_killed_alone_and_none_where_the_watchdog_is_used() {
        h1.lvchange(EXCLUSIVE, "vg0/d1_a");
        runs(h1, D1);
        h1.storage().killSanlock();
        cluster.time().pass(Duration.ofSeconds(140));
        h2.lvchange(EXCLUSIVE, "vg0/d1_a");
        runs(h2, D1);
        assertThat(invariants.singleWriter()).isNotEmpty();

        InvariantsTest watched = new InvariantsTest();
        watched.h1.storage().watchdog(true);
        watched.h1.lvchange(EXCLUSIVE, "vg0/d1_a");
        watched.runs(watched.h1, D1);
        watched.h1.storage().killSanlock();
        watched.cluster.time().pass(Duration.ofSeconds(140));
        watched.h2.lvchange(EXCLUSIVE, "vg0/d1_a");
        watched.runs(watched.h2, D1);
        assertThat(watched.invariants.singleWriter()).isEmpty();
        assertThat(watched.h1.storage().powered()).isFalse();
    }

    @Test
    void i1_a_lease_that_was_wiped_by_hand_makes_two_owners() {
        h1.lvchange(EXCLUSIVE, "vg0/d1_a");
        assertThat(invariants.exclusiveMeansAlone()).isEmpty();
        cluster.disk().wipeLease(io.lockstep.core.volume.VolumeName.of("vg0/d1_a"));
        h2.lvchange(SHARED, "vg0/d1_a");
        assertThat(invariants.exclusiveMeansAlone()).containsExactly("I1: vg0/d1_a is held {h1=EXCLUSIVE, h2=SHARED}");
    }

    @Test
    void i2_a_guest_runs_on_after_its_hosts_lock_is_gone() {
        h1.lvchange(EXCLUSIVE, "vg0/d1_a");
        runs(h1, D1);
        assertThat(invariants.runningMeansHeld()).isEmpty();
        h1.storage().restartLockDaemons();
        assertThat(h1.active("vg0/d1_a")).isTrue();
        cluster.time().pass(Duration.ofSeconds(140));
        assertThat(invariants.runningMeansHeld()).containsExactly("I2: d1 runs on h1, which does not hold vg0/d1_a");
    }

    @Test
    void i3_a_guest_that_is_active_twice_needs_an_alarm() {
        shareAndRun();
        h1.migrate("d1", h2, MigrationOptions.live().at(MigrationPhase.COPYING, Migration::loseFinish));
        assertThat(invariants.twiceActiveIsAlarmed(Set.of())).hasSize(1);
        assertThat(invariants.twiceActiveIsAlarmed(Set.of(new DomainUuid(D1.uuid()))))
                .isEmpty();
    }

    @Test
    void i3_a_migration_that_goes_well_is_never_active_twice() {
        shareAndRun();
        MigrationOptions options = MigrationOptions.live();
        for (MigrationPhase phase : MigrationPhase.values()) {
            options.at(
                    phase,
                    () -> assertThat(invariants.twiceActiveIsAlarmed(Set.of())).isEmpty());
        }
        assertThat(h1.migrate("d1", h2, options).ok()).isTrue();
    }

    @Test
    void i4_says_what_is_held_too_weakly_too_strongly_or_for_nobody() {
        h1.lvchange(SHARED, "vg0/d1_a");
        runs(h1, D1);
        assertThat(invariants.quietMeansExact())
                .containsExactly("I4: vg0/d1_a is held SHARED on h1, where EXCLUSIVE is needed");
        h1.lvchange(EXCLUSIVE, "vg0/d1_a");
        assertThat(invariants.quietMeansExact()).isEmpty();
        h2.lvchange(SHARED, "vg0/d2_a");
        assertThat(invariants.quietMeansExact())
                .containsExactly("I4: vg0/d2_a is held SHARED on h2, where UNLOCKED is needed");
        assertThat(invariants.quietMeansExact("vg0/d2_a")).isEmpty();
    }

    @Test
    void i4_needs_shared_only_for_shareable_and_read_only_disks_and_backing_files() {
        cluster.volumes("vg0/base");
        h1.lvchange(SHARED, "vg0/d2_a", "vg0/base");
        h1.lvchange(EXCLUSIVE, "vg0/d1_a");
        runs(
                h1,
                GuestDefinition.named("d1")
                        .layeredDisk("/dev/vg0/d1_a", "/dev/vg0/base")
                        .readOnlyDisk("/dev/vg0/d2_a"));
        assertThat(invariants.quietMeansExact()).isEmpty();
        h1.lvchange(EXCLUSIVE, "vg0/base");
        assertThat(invariants.quietMeansExact()).hasSize(1);
    }

    @Test
    void i4_sees_a_leaked_lock_and_a_device_without_one() {
        h1.faults().activationFails(cluster.known("vg0/d1_a"));
        h1.lvchange(EXCLUSIVE, "vg0/d1_a");
        assertThat(h1.active("vg0/d1_a")).isFalse();
        assertThat(invariants.quietMeansExact()).hasSize(1);
        h1.lvchange(UNLOCKED, "vg0/d1_a");
        assertThat(invariants.quietMeansExact()).isEmpty();

        h1.lvchange(SHARED, "vg0/d2_a");
        h1.storage().restartLockDaemons();
        cluster.time().pass(Duration.ofSeconds(140));
        assertThat(invariants.quietMeansExact()).containsExactly("I4: vg0/d2_a is active on h1 without a lock");
    }

    @Test
    void i4_does_not_call_a_migration_quiet() {
        shareAndRun();
        h1.migrate(
                "d1",
                h2,
                MigrationOptions.live()
                        .at(
                                MigrationPhase.COPYING,
                                () -> assertThat(invariants.quietMeansExact())
                                        .anyMatch(v -> v.startsWith("I4: h1 is not quiet"))));
    }

    @Test
    void i5_shows_what_a_refused_start_left_behind() {
        Holdings before = invariants.holdings();
        h2.lvchange(EXCLUSIVE, "vg0/d2_a");
        h2.lvchange(UNLOCKED, "vg0/d2_a");
        assertThat(invariants.leftBehind(before)).isEmpty();
        h2.lvchange(SHARED, "vg0/d2_a");
        assertThat(invariants.leftBehind(before))
                .containsExactly("I5: vg0/d2_a was UNLOCKED on h2 before, and is SHARED and active");
    }

    @Test
    void everything_holds_when_nothing_happens() {
        assertThat(invariants.always()).isEmpty();
        assertThat(invariants.quietMeansExact()).isEmpty();
        assertThat(cluster.disk().volumes())
                .extracting(LogicalVolume::toString)
                .containsExactly("vg0/d1_a", "vg0/d2_a");
    }

    private void shareAndRun() {
        h1.lvchange(SHARED, "vg0/d1_a");
        h2.lvchange(SHARED, "vg0/d1_a");
        runs(h1, D1);
    }
}
