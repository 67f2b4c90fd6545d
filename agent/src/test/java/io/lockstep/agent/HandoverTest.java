package io.lockstep.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.agent.claim.Policy;
import io.lockstep.simulator.libvirt.GuestDefinition;
import io.lockstep.simulator.libvirt.MigrationOptions;
import io.lockstep.simulator.libvirt.MigrationPhase;
import io.lockstep.simulator.libvirt.VirshResult;
import io.lockstep.simulator.storage.VolumeType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HandoverTest {

    private static final GuestDefinition WEB = TestCluster.WEB;

    @TempDir
    Path directory;

    private TestCluster cluster;

    @BeforeEach
    void build() {
        cluster = TestCluster.withWeb(directory);
    }

    private VirshResult migrate(MigrationOptions options) {
        return cluster.migrate(options);
    }

    private void atRest() {
        cluster.atRest();
    }

    private void onlyOn(String host) {
        cluster.webOnlyOn(host);
    }

    @Test
    void a_live_migration_goes_from_exclusive_over_shared_on_both_to_exclusive() {
        List<String> seen = new ArrayList<>();

        VirshResult moved =
                migrate(MigrationOptions.live().at(MigrationPhase.COPYING, () -> seen.add(cluster.locks("vg0/d1_a"))));

        assertThat(moved.exit()).as(moved.err()).isZero();
        assertThat(seen).containsExactly("h1 sh h2 sh h3 un");
        onlyOn("h2");
    }

    @Test
    void it_costs_one_command_a_step_on_each_side() {
        long source = cluster.host("h1").counters().lvmCommands();
        long target = cluster.host("h2").counters().lvmCommands();

        migrate(MigrationOptions.live());
        onlyOn("h2");

        assertThat(cluster.host("h1").counters().lvmCommands() - source).isEqualTo(2);
        assertThat(cluster.host("h2").counters().lvmCommands() - target).isLessThanOrEqualTo(3);
    }

    @Test
    void there_and_back_again() {
        migrate(MigrationOptions.live());
        atRest();

        VirshResult back = cluster.host("h2").migrate("web", cluster.host("h1"), MigrationOptions.live());

        assertThat(back.exit()).as(back.err()).isZero();
        onlyOn("h1");
    }

    @Test
    void from_host_to_host_to_host_before_the_second_has_become_exclusive() {
        migrate(MigrationOptions.live());
        cluster.pass(Duration.ofSeconds(3));

        VirshResult on = cluster.host("h2").migrate("web", cluster.host("h3"), MigrationOptions.live());

        assertThat(on.exit()).as(on.err()).isZero();
        onlyOn("h3");
    }

    @Test
    void a_guest_that_arrives_suspended_is_committed_too() {
        migrate(MigrationOptions.live().suspend());

        onlyOn("h2");
    }

    @Test
    void a_post_copy_migration_is_committed() {
        migrate(MigrationOptions.live().postCopy());

        onlyOn("h2");
    }

    @Test
    void an_aborted_migration_is_rolled_back() {
        VirshResult aborted = migrate(MigrationOptions.live().at(MigrationPhase.COPYING, m -> m.abort()));

        assertThat(aborted.exit()).isNotZero();
        onlyOn("h1");
    }

    @Test
    void a_target_whose_qemu_dies_is_rolled_back() {
        migrate(MigrationOptions.live()
                .at(MigrationPhase.COPYING, () -> cluster.host("h2").libvirtd().killQemu("web")));

        onlyOn("h1");
    }

    @Test
    void a_target_that_dies_between_migrate_and_prepare_loses_its_reservation() {
        migrate(MigrationOptions.live()
                .at(MigrationPhase.ADMITTED, () -> cluster.host("h2").libvirtd().killDaemon()));
        cluster.host("h2").libvirtd().startDaemon();
        cluster.rest();
        assertThat(cluster.locks("vg0/d1_a")).isEqualTo("h1 sh h2 sh h3 un");

        cluster.pass(Duration.ofSeconds(150));

        onlyOn("h1");
    }

    @Test
    void a_power_cut_of_the_target_gives_the_source_its_locks_back_in_sanlocks_time() {
        migrate(MigrationOptions.live().at(MigrationPhase.COPYING, () -> {
            cluster.on("h2").kill();
            cluster.host("h2").powerCut();
        }));
        cluster.pass(Duration.ofSeconds(30));
        assertThat(cluster.held("h1", "vg0/d1_a").lvmlockd()).isEqualTo("sh");

        cluster.pass(Duration.ofMinutes(3));

        assertThat(cluster.held("h1", "vg0/d1_a").lvmlockd()).isEqualTo("ex");
        assertThat(cluster.on("h1").agent().state().handovers()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(MigrationPhase.class)
    void an_agent_that_is_killed_on_the_source_converges(MigrationPhase phase) {
        migrate(MigrationOptions.live().at(phase, () -> cluster.on("h1").kill()));
        cluster.on("h1").restart();

        settledSomewhere();
    }

    @ParameterizedTest
    @EnumSource(MigrationPhase.class)
    void an_agent_that_is_killed_on_the_target_converges(MigrationPhase phase) {
        migrate(MigrationOptions.live().at(phase, () -> cluster.on("h2").kill()));
        cluster.on("h2").restart();

        settledSomewhere();
    }

    @ParameterizedTest
    @EnumSource(MigrationPhase.class)
    void agents_that_are_restarted_on_both_sides_converge(MigrationPhase phase) {
        migrate(MigrationOptions.live().at(phase, () -> {
            cluster.on("h1").restart();
            cluster.on("h2").restart();
        }));

        settledSomewhere();
    }

    @ParameterizedTest
    @EnumSource(MigrationPhase.class)
    void a_controller_that_goes_away_does_not_keep_a_handover_open(MigrationPhase phase) {
        migrate(MigrationOptions.live().at(phase, () -> cluster.controller().away = true));

        settledSomewhere();
    }

    @ParameterizedTest
    @EnumSource(MigrationPhase.class)
    void a_start_on_the_target_is_refused_at_every_point_of_an_open_handover(MigrationPhase phase) {
        cluster.host("h2").virsh().define(WEB.xml());
        List<Integer> exits = new ArrayList<>();
        migrate(MigrationOptions.live().at(phase, () -> {
            exits.add(cluster.host("h2").virsh().start("web").exit());
            cluster.quiet();
        }));

        assertThat(exits).doesNotContain(0);
        settledSomewhere();
    }

    /** Wherever libvirt left the guest: there exclusively, and nowhere else anything. */
    private void settledSomewhere() {
        cluster.pass(Duration.ofMinutes(4));
        onlyOn(cluster.host("h1").virsh().domstate("web").out().startsWith("running") ? "h1" : "h2");
    }

    @Test
    void a_volume_that_cannot_be_shared_refuses_the_migration_and_the_source_stays_exclusive() {
        cluster.cluster().volume("vg0/raid", VolumeType.RAID);
        cluster.host("h1")
                .virsh()
                .define(GuestDefinition.named("db")
                        .disks("/dev/vg0/x", "/dev/vg0/raid")
                        .xml());
        assertThat(cluster.host("h1").virsh().start("db").exit()).isZero();
        cluster.rest();

        VirshResult refused = cluster.host("h1").migrate("db", cluster.host("h2"), MigrationOptions.live());
        cluster.quiet();

        assertThat(refused.err()).contains("vg0/raid: of type").contains("shut it down and start it there");
        cluster.rest();
        assertThat(cluster.locks("vg0/raid")).isEqualTo("h1 ex h2 un h3 un");
        assertThat(cluster.locks("vg0/x")).isEqualTo("h1 ex h2 un h3 un");
        assertThat(cluster.on("h1").agent().state().handovers()).isEmpty();
    }

    @Test
    void a_refused_migration_gives_back_what_it_took_also_in_a_group_that_was_never_read_before() {
        cluster.host("h2").faults().commandsHang(true);
        cluster.on("h2").restart();
        cluster.host("h2").faults().commandsHang(false);
        cluster.host("h2").faults().activationFails(cluster.cluster().known("vg0/d1_b"));

        VirshResult refused = migrate(MigrationOptions.live());

        assertThat(refused.err()).contains("vg0/d1_b");
        onlyOn("h1");
    }

    @Test
    void a_target_without_its_lockspace_refuses_before_the_source_is_asked() {
        cluster.host("h2").storage().restartLockDaemons();
        cluster.pass(Duration.ofSeconds(3));

        VirshResult refused = migrate(MigrationOptions.live());

        assertThat(refused.err()).contains("lockspace not started");
        assertThat(cluster.locks("vg0/d1_a")).isEqualTo("h1 ex h2 un h3 un");
        assertThat(cluster.on("h1").agent().state().handovers()).isEmpty();
        assertThat(cluster.on("h1").agent().state().closed()).isEmpty();
    }

    @Test
    void without_a_controller_a_live_migration_is_refused_with_that_reason() {
        cluster.controller().away = true;

        assertThat(migrate(MigrationOptions.live()).err()).contains("a live migration needs the controller");
        onlyOn("h1");
    }

    @Test
    void an_offline_migration_needs_nothing_also_without_a_controller() {
        cluster.host("h1").virsh().destroy("web");
        cluster.rest();
        cluster.controller().away = true;

        VirshResult moved = migrate(MigrationOptions.live().offline());

        assertThat(moved.exit()).as(moved.err()).isZero();
        atRest();
        assertThat(cluster.locks("vg0/d1_a")).isEqualTo("h1 un h2 un h3 un");
    }

    @Test
    void the_first_prepare_may_stand_in_for_the_token() {
        cluster.on("h2").incoming(Policy.IncomingPrepare.FIRST);

        VirshResult moved = migrate(MigrationOptions.live());

        assertThat(moved.exit()).as(moved.err()).isZero();
        onlyOn("h2");
    }

    @Test
    void a_second_migration_right_after_a_failed_one_succeeds() {
        migrate(MigrationOptions.live().at(MigrationPhase.COPYING, m -> m.abort()));
        cluster.pass(Duration.ofSeconds(5));

        VirshResult moved = migrate(MigrationOptions.live());

        assertThat(moved.exit()).as(moved.err()).isZero();
        onlyOn("h2");
    }

    @Test
    void a_migration_that_is_under_way_already_when_a_failed_one_has_not_closed_yet_succeeds() {
        // Nobody has looked yet when the next one begins.
        cluster.host("h1")
                .migrate("web", cluster.host("h2"), MigrationOptions.live().at(MigrationPhase.COPYING, m -> m.abort()));
        assertThat(cluster.on("h1").agent().state().handovers()).hasSize(1);

        VirshResult moved =
                migrate(MigrationOptions.live().at(MigrationPhase.BEGUN, m -> cluster.pass(Duration.ofSeconds(5))));

        assertThat(moved.exit()).as(moved.err()).isZero();
        onlyOn("h2");
    }

    @Test
    void a_source_that_is_left_over_keeps_its_locks() {
        migrate(MigrationOptions.live().at(MigrationPhase.FINISHED, m -> m.loseConfirm()));
        cluster.pass(Duration.ofMinutes(3));

        assertThat(cluster.cluster().invariants().always()).isEmpty();
        assertThat(cluster.held("h1", "vg0/d1_a").lvmlockd()).isEqualTo("sh");
        assertThat(cluster.held("h2", "vg0/d1_a").lvmlockd()).isEqualTo("sh");
    }
}
