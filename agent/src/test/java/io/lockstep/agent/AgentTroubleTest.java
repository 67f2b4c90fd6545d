package io.lockstep.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.agent.handover.SourceSide;
import io.lockstep.agent.health.Live;
import io.lockstep.agent.work.Deadline;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.hook.Enforcement;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.VgName;
import io.lockstep.simulator.libvirt.GuestDefinition;
import io.lockstep.simulator.libvirt.MigrationOptions;
import io.lockstep.simulator.libvirt.MigrationPhase;
import io.lockstep.simulator.libvirt.VirshResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentTroubleTest {

    private static final GuestDefinition WEB = GuestDefinition.named("web").disks("/dev/vg0/d1_a", "/dev/vg0/d1_b");

    @TempDir
    Path directory;

    private TestCluster cluster;

    @BeforeEach
    void build() {
        cluster = new TestCluster(directory, "vg0/d1_a", "vg0/d1_b", "vg0/x");
        for (String host : new String[] {"h1", "h2", "h3"}) {
            cluster.host(host).virsh().define(WEB.xml());
        }
    }

    private VirshResult start(String host, String name) {
        VirshResult result = cluster.host(host).virsh().start(name);
        cluster.quiet();
        return result;
    }

    @Test
    void a_step_of_the_wall_clock_makes_no_agent_look_dead() {
        // The cluster's virtual time is far from the wall clock, as after a step.
        cluster.on("h1").agent().tick();

        assertThat(new Live(cluster.on("h1").agent()).call().getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
    }

    @Test
    void an_agent_that_could_not_read_its_volume_groups_refuses_starts() {
        assertThat(start("h1", "web").exit()).isZero();
        cluster.rest();
        cluster.on("h2").kill();
        cluster.host("h2").faults().commandsHang(true);
        cluster.on("h2").restart();
        cluster.host("h2").faults().commandsHang(false);

        VirshResult second = start("h2", "web");

        assertThat(cluster.cluster().invariants().always()).isEmpty();
        assertThat(second.exit()).isNotZero();
    }

    @Test
    void libvirt_waits_until_the_volume_groups_have_been_read() {
        cluster.host("h2").faults().commandsHang(true);
        cluster.on("h2").restart();
        assertThat(cluster.on("h2").agent().lanes().all()).isEmpty();
        assertThat(cluster.on("h2").agent().notLive()).isNotEmpty();

        cluster.host("h2").faults().commandsHang(false);
        cluster.rest();
        assertThat(cluster.on("h2").agent().notLive()).isEmpty();
    }

    private void invisible(String host, boolean gone) {
        cluster.host(host).faults().groupInvisible(new VgName("vg0"), gone);
    }

    @Test
    void a_group_that_lvm_does_not_see_any_more_refuses_starts_and_names_the_group() {
        invisible("h1", true);

        VirshResult first = start("h1", "web");
        assertThat(first.exit()).isNotZero();
        assertThat(first.err()).contains("LVM does not see volume group vg0");
        cluster.pass(Duration.ofMinutes(11));
        VirshResult second = start("h1", "web");
        assertThat(second.exit()).isNotZero();
        assertThat(second.err()).contains("volume group vg0 is in use here, but LVM does not list it any more");
        assertThat(cluster.on("h1").agent().problems()).anyMatch(p -> p.contains("does not list it any more"));

        invisible("h1", false);
        VirshResult third = start("h1", "web");
        assertThat(third.exit()).as(third.err()).isZero();
        assertThat(cluster.on("h1").agent().problems()).isEmpty();
    }

    @Test
    void a_new_volume_of_a_group_that_lvm_does_not_see_is_not_taken_for_none_of_ours() {
        invisible("h1", true);
        cluster.pass(Duration.ofMinutes(11));
        cluster.cluster().volume("vg0/new");
        cluster.host("h1")
                .virsh()
                .define(GuestDefinition.named("fresh").disks("/dev/vg0/new").xml());

        VirshResult started = start("h1", "fresh");

        assertThat(started.exit()).isNotZero();
        assertThat(started.err()).contains("volume group vg0");
    }

    @Test
    void a_group_that_lvm_does_not_see_any_more_ends_no_claims_of_running_guests() {
        start("h1", "web");
        cluster.rest();
        assertThat(cluster.on("h1").agent().state().claims()).hasSize(1);

        invisible("h1", true);
        cluster.pass(Duration.ofMinutes(25));
        assertThat(cluster.on("h1").agent().state().claims()).hasSize(1);
        assertThat(cluster.locks("vg0/d1_a")).isEqualTo("h1 ex h2 un h3 un");

        // Also by an agent that has never seen the group.
        cluster.on("h1").restart();
        cluster.pass(Duration.ofMinutes(25));
        assertThat(cluster.on("h1").agent().state().claims()).hasSize(1);
        assertThat(cluster.locks("vg0/d1_a")).isEqualTo("h1 ex h2 un h3 un");
        cluster.host("h1")
                .virsh()
                .define(GuestDefinition.named("second").disks("/dev/vg0/d1_a").xml());
        assertThat(start("h1", "second").exit()).isNotZero();
    }

    @Test
    void a_group_whose_lockspace_was_stopped_is_forgotten_when_it_is_not_listed() {
        cluster.host("h1").storage().lockStop(new VgName("vg0"));
        cluster.rest();
        invisible("h1", true);
        cluster.pass(Duration.ofMinutes(11));

        assertThat(cluster.on("h1").agent().lanes().table().groups()).isEmpty();
        assertThat(cluster.on("h1").agent().lanes().problem()).isEmpty();
    }

    @Test
    void a_volume_that_cannot_be_looked_up_refuses_the_start() {
        cluster.cluster().volume("vg0/new");
        cluster.host("h1")
                .virsh()
                .define(GuestDefinition.named("fresh").disks("/dev/vg0/new").xml());
        cluster.host("h1").lvchange(LockMode.EXCLUSIVE, "vg0/new");
        cluster.host("h1").faults().commandsHang(true);

        VirshResult started = start("h1", "fresh");

        assertThat(started.exit()).isNotZero();
    }

    @Test
    void a_volume_group_that_was_made_shared_after_the_agents_start_is_locked() {
        cluster.cluster().volumeGroup("vg1").volumes("vg1/a");
        for (String host : new String[] {"h1", "h2"}) {
            cluster.host(host).lockStart("vg1");
            cluster.host(host)
                    .virsh()
                    .define(GuestDefinition.named("late").disks("/dev/vg1/a").xml());
        }
        cluster.host("h1").lvchange(LockMode.SHARED, "vg1/a");
        cluster.host("h2").lvchange(LockMode.SHARED, "vg1/a");
        VirshResult one = start("h1", "late");
        VirshResult two = start("h2", "late");
        assertThat(cluster.cluster().invariants().always()).isEmpty();
        assertThat(one.exit() == 0 && two.exit() == 0).isFalse();
    }

    @Test
    void a_domain_that_was_looked_at_before_its_volumes_were_known_is_claimed_later() {
        cluster.cluster().volumeGroup("vg1").volumes("vg1/a");
        cluster.host("h1").lockStart("vg1");
        cluster.host("h1")
                .virsh()
                .define(GuestDefinition.named("late").disks("/dev/vg1/a").xml());
        cluster.host("h1").lvchange(LockMode.EXCLUSIVE, "vg1/a");
        start("h1", "late");
        cluster.pass(Duration.ofMinutes(25));
        assertThat(cluster.on("h1").agent().state().claims()).hasSize(1);
    }

    @Test
    void an_incoming_prepare_some_seconds_after_its_migrate_keeps_its_locks() {
        start("h1", "web");
        cluster.rest();
        VirshResult moved = cluster.host("h1")
                .migrate(
                        "web",
                        cluster.host("h2"),
                        MigrationOptions.live()
                                .at(MigrationPhase.ADMITTED, () -> cluster.pass(Duration.ofSeconds(5)))
                                .at(MigrationPhase.COPYING, () -> {
                                    cluster.quiet();
                                }));
        cluster.quiet();
        assertThat(moved.exit()).as(moved.err()).isZero();
        assertThat(cluster.cluster().invariants().always()).isEmpty();
    }

    @Test
    void a_stopped_domain_is_not_claimed_again_by_an_old_look() {
        start("h1", "web");
        cluster.rest();
        long before = cluster.host("h1").counters().lvmCommands();
        cluster.host("h1").virsh().destroy("web");
        cluster.quiet();
        assertThat(cluster.on("h1").agent().state().claims()).isEmpty();
        assertThat(cluster.locks("vg0/d1_a")).isEqualTo("h1 un h2 un h3 un");
        assertThat(cluster.host("h1").counters().lvmCommands() - before).isEqualTo(1);
    }

    @Test
    void a_domain_that_moved_is_not_claimed_again_on_its_source_by_an_old_look() {
        start("h1", "web");
        cluster.rest();
        cluster.host("h1").libvirtd().eventsLost(true);
        cluster.host("h1")
                .migrate("web", cluster.host("h2"), MigrationOptions.live().copying(Duration.ofMillis(200)));
        cluster.quiet();
        assertThat(cluster.on("h1").agent().state().claims()).isEmpty();
    }

    @Test
    void what_was_locked_again_after_a_restart_of_the_lock_daemons_is_released_at_the_stop() {
        start("h1", "web");
        cluster.rest();
        cluster.host("h1").storage().restartLockDaemons();
        cluster.host("h1").lockStart("vg0");
        cluster.rest();
        assertThat(cluster.locks("vg0/d1_a")).isEqualTo("h1 ex h2 un h3 un");
        cluster.host("h1").virsh().destroy("web");
        cluster.rest();
        cluster.rest();
        assertThat(cluster.locks("vg0/d1_a")).isEqualTo("h1 un h2 un h3 un");
    }

    @Test
    void one_volume_that_stays_open_after_a_migration_is_no_busy_loop() {
        start("h1", "web");
        cluster.rest();
        cluster.host("h1").storage().open("/dev/vg0/d1_b", "kpartx");
        VirshResult moved = cluster.host("h1").migrate("web", cluster.host("h2"), MigrationOptions.live());
        cluster.quiet();
        cluster.rest();
        assertThat(moved.exit()).isZero();
    }

    @Test
    void a_volume_made_anew_under_its_name_can_be_started() {
        start("h1", "web");
        cluster.host("h1").virsh().destroy("web");
        cluster.rest();
        cluster.cluster().removeVolume("vg0/d1_a");
        cluster.cluster().volume("vg0/d1_a");
        VirshResult again = start("h1", "web");
        assertThat(again.exit()).as(again.err()).isZero();
    }

    @Test
    void a_foreign_shared_lock_is_shared_again_after_a_refused_start() {
        cluster.host("h1").lvchange(LockMode.SHARED, "vg0/d1_a");
        cluster.host("h2").lvchange(LockMode.EXCLUSIVE, "vg0/d1_b");
        assertThat(start("h1", "web").exit()).isNotZero();
        cluster.rest();
        assertThat(cluster.locks("vg0/d1_a")).isEqualTo("h1 sh h2 un h3 un");
    }

    @Test
    void a_volume_that_is_renamed_under_a_guest_stays_its_own() {
        start("h1", "web");
        cluster.rest();
        cluster.cluster().renameVolume("vg0/d1_b", "aaa");
        cluster.rest();
        assertThat(cluster.on("h1").agent().lanes().all())
                .flatExtracting(l -> l.drifts())
                .isEmpty();

        cluster.host("h1").virsh().destroy("web");
        cluster.rest();

        assertThat(cluster.locks("vg0/aaa")).isEqualTo("h1 un h2 un h3 un");
    }

    @Test
    void a_second_domain_cannot_have_a_volume_after_an_agent_restart_with_lvm_hanging() {
        cluster.host("h1")
                .virsh()
                .define(GuestDefinition.named("thief").disks("/dev/vg0/d1_b").xml());
        start("h1", "web");
        cluster.rest();
        cluster.on("h1").kill();
        cluster.host("h1").faults().commandsHang(true);
        cluster.on("h1").restart();
        cluster.host("h1").faults().commandsHang(false);
        cluster.rest();

        VirshResult refused = cluster.host("h1").virsh().start("thief");

        assertThat(cluster.cluster().invariants().always()).isEmpty();
        assertThat(refused.exit()).isNotZero();
    }

    @Test
    void a_group_that_is_only_observed_does_not_refuse_a_migration() {
        start("h1", "web");
        cluster.rest();
        cluster.on("h2").groups(Map.of(new VgName("vg0"), Enforcement.OBSERVE));
        cluster.controller().away = true;

        VirshResult moved = cluster.host("h1").migrate("web", cluster.host("h2"), MigrationOptions.live());

        assertThat(moved.err()).doesNotContain("a live migration needs the controller");
    }

    @Test
    void a_group_that_is_enforced_on_a_host_that_is_off_migrates_under_a_handover() {
        start("h1", "web");
        cluster.rest();
        cluster.on("h2").enforcement(Enforcement.OFF);
        cluster.on("h2").groups(Map.of(new VgName("vg0"), Enforcement.ENFORCE));

        VirshResult moved = cluster.host("h1").migrate("web", cluster.host("h2"), MigrationOptions.live());

        assertThat(moved.exit()).as(moved.err()).isZero();
    }

    @Test
    void a_clock_that_is_set_back_does_not_keep_a_reservation_for_ever() {
        start("h1", "web");
        cluster.rest();
        cluster.host("h1")
                .migrate("web", cluster.host("h2"), MigrationOptions.live().at(MigrationPhase.ADMITTED, () -> {
                    cluster.on("h2").step = Duration.ofHours(-1);
                    cluster.host("h2").libvirtd().killDaemon();
                }));
        cluster.host("h2").libvirtd().startDaemon();

        cluster.pass(Duration.ofMinutes(10));

        assertThat(cluster.locks("vg0/d1_a")).isEqualTo("h1 ex h2 un h3 un");
    }

    @Test
    void a_clock_that_is_set_back_between_two_looks_does_not_stop_the_looks() {
        start("h1", "web");
        cluster.rest();
        cluster.on("h1").kill();
        cluster.host("h1").virsh().destroy("web");
        cluster.on("h1").restart();
        cluster.quiet();
        cluster.on("h1").step = Duration.ofHours(-1);

        cluster.pass(Duration.ofMinutes(10));

        assertThat(cluster.locks("vg0/d1_a")).isEqualTo("h1 un h2 un h3 un");
    }

    private void twoHostsHaveIt(String disk, String volume) {
        for (String host : new String[] {"h1", "h2"}) {
            cluster.host(host)
                    .virsh()
                    .define(GuestDefinition.named("late").disks(disk).xml());
            cluster.host(host).lvchange(LockMode.SHARED, volume);
        }
    }

    private void notBothRunIt() {
        int one = start("h1", "late").exit();
        int two = start("h2", "late").exit();
        assertThat(cluster.cluster().invariants().always()).isEmpty();
        assertThat(one == 0 && two == 0).isFalse();
    }

    @Test
    void a_group_that_was_asked_for_a_moment_ago_and_has_become_shared_since_is_locked() {
        for (String host : new String[] {"h1", "h2"}) {
            cluster.host(host)
                    .virsh()
                    .define(GuestDefinition.named("late").disks("/dev/vg1/a").xml());
            cluster.host(host).virsh().start("late");
            cluster.host(host).virsh().destroy("late");
        }
        cluster.cluster().volumeGroup("vg1").volumes("vg1/a");
        cluster.host("h1").lockStart("vg1");
        cluster.host("h2").lockStart("vg1");
        twoHostsHaveIt("/dev/vg1/a", "vg1/a");

        notBothRunIt();
    }

    @Test
    void another_spelling_of_a_path_does_not_slip_by_while_names_cannot_be_read() {
        cluster.cluster().volume("vg0/new");
        twoHostsHaveIt("//dev/vg0/new", "vg0/new");
        cluster.host("h1").faults().commandsHang(true);
        cluster.host("h2").faults().commandsHang(true);

        notBothRunIt();
    }

    @Test
    void what_a_person_activates_long_after_a_command_hung_is_left_alone() {
        cluster.host("h1").faults().commandsHang(true);
        assertThat(start("h1", "web").exit()).isNotZero();
        cluster.rest();
        cluster.host("h1").faults().commandsHang(false);
        cluster.pass(Duration.ofMinutes(5));

        cluster.host("h1").lvchange(LockMode.EXCLUSIVE, "vg0/d1_a");
        cluster.pass(Duration.ofMinutes(1));

        assertThat(cluster.locks("vg0/d1_a")).isEqualTo("h1 ex h2 un h3 un");
    }

    @Test
    void a_source_that_could_not_convert_its_locks_does_not_say_that_they_are_shared() {
        start("h1", "web");
        cluster.rest();
        cluster.host("h1").faults().commandsHang(true);

        SourceSide.Outcome outcome = cluster.on("h1")
                .agent()
                .share(
                        new SourceSide.Share(
                                new HandoverId(new UUID(1, 1)),
                                new Epoch(7),
                                new DomainUuid(WEB.uuid()),
                                "web",
                                new HostName("h2"),
                                new TreeSet<>(Set.of(cluster.cluster().known("vg0/d1_a")))),
                        Deadline.in(Duration.ofSeconds(25), cluster.cluster().time()));

        assertThat(outcome).isInstanceOf(SourceSide.Outcome.Refused.class);
        assertThat(cluster.locks("vg0/d1_a")).isEqualTo("h1 ex h2 un h3 un");
    }
}
