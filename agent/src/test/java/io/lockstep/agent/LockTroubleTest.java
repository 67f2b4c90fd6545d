package io.lockstep.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.agent.handover.SourceSide;
import io.lockstep.agent.work.Deadline;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.VgName;
import io.lockstep.simulator.libvirt.GuestDefinition;
import io.lockstep.simulator.libvirt.MigrationOptions;
import io.lockstep.simulator.libvirt.VirshResult;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Locks that others hold, that are kept or lost, and commands of LVM that hang. */
class LockTroubleTest extends WithWebDefined {

    @Test
    void what_was_locked_again_after_a_restart_of_the_lock_daemons_is_released_at_the_stop() {
        cluster.start("h1", "web");
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
        VirshResult moved = migrateWithOneVolumeOpen();
        cluster.quiet();
        cluster.rest();
        assertThat(moved.exit()).isZero();
    }

    @Test
    void a_handover_that_cannot_close_asks_for_a_person_after_five_minutes() {
        migrateWithOneVolumeOpen();
        cluster.pass(Duration.ofMinutes(4));
        assertThat(attention("h1")).isEmpty();
        assertThat(attention("h2")).isEmpty();

        cluster.pass(Duration.ofMinutes(2));

        assertThat(attention("h1"))
                .hasValueSatisfying(text -> assertThat(text)
                        .contains("its locks cannot be released")
                        .contains("vg0/d1_b: no domain needs it, but a process has it open"));
        assertThat(attention("h2"))
                .hasValueSatisfying(text -> assertThat(text)
                        .contains("the guest's own locks are not granted")
                        .contains("vg0/d1_b: "));
    }

    @Test
    void what_a_person_locked_anew_in_a_restarted_lockspace_keeps_no_handover_open() {
        migrateWithOneVolumeOpen();
        cluster.pass(Duration.ofSeconds(10));

        cluster.host("h1").storage().restartLockDaemons();
        cluster.host("h1").storage().lockStart(new VgName("vg0"));
        cluster.host("h1").lvchange(LockMode.SHARED, "vg0/d1_a", "vg0/d1_b");
        cluster.pass(Duration.ofSeconds(30));

        assertThat(cluster.on("h1").agent().state().handovers()).isEmpty();
        assertThat(cluster.locks("vg0/d1_b")).isEqualTo("h1 sh h2 sh h3 un");
    }

    /** Something on the source keeps one of its two volumes open. */
    private VirshResult migrateWithOneVolumeOpen() {
        cluster.start("h1", "web");
        cluster.rest();
        cluster.host("h1").storage().open("/dev/vg0/d1_b", "kpartx");
        return cluster.host("h1").migrate("web", cluster.host("h2"), MigrationOptions.live());
    }

    private Optional<String> attention(String host) {
        return cluster.on(host).agent().handovers().getFirst().attention();
    }

    @Test
    void a_foreign_shared_lock_is_shared_again_after_a_refused_start() {
        cluster.host("h1").lvchange(LockMode.SHARED, "vg0/d1_a");
        cluster.host("h2").lvchange(LockMode.EXCLUSIVE, "vg0/d1_b");
        assertThat(cluster.start("h1", "web").exit()).isNotZero();
        cluster.rest();
        assertThat(cluster.locks("vg0/d1_a")).isEqualTo("h1 sh h2 un h3 un");
    }

    @Test
    void a_second_domain_cannot_have_a_volume_of_a_guest_that_an_agent_without_its_state_has_not_seen_yet()
            throws IOException {
        cluster.host("h1")
                .virsh()
                .define(GuestDefinition.named("thief").disks("/dev/vg0/d1_b").xml());
        cluster.start("h1", "web");
        cluster.rest();
        cluster.on("h1").kill();
        Files.delete(cluster.on("h1").stateFile());
        cluster.on("h1").restart();

        VirshResult refused = cluster.host("h1").virsh().start("thief");

        assertThat(refused.exit()).isNotZero();
        assertThat(refused.err()).contains("vg0/d1_b: in use by something on this host that Lockstep does not know");
        cluster.webOnlyOn("h1");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void what_somebody_else_uses_alone_is_not_shared_with_a_guest(boolean readOnly) {
        GuestDefinition reader = GuestDefinition.named("reader");
        cluster.host("h1")
                .virsh()
                .define((readOnly ? reader.readOnlyDisk("/dev/vg0/x") : reader.shareableDisk("/dev/vg0/x")).xml());
        cluster.host("h1").lvchange(LockMode.EXCLUSIVE, "vg0/x");
        cluster.host("h1").storage().open("/dev/vg0/x", "mount");
        cluster.rest();

        VirshResult refused = cluster.host("h1").virsh().start("reader");

        assertThat(refused.err()).contains("vg0/x: in use by something on this host that Lockstep does not know");
        cluster.rest();
        assertThat(cluster.locks("vg0/x")).isEqualTo("h1 ex h2 un h3 un");
    }

    @Test
    void what_was_mounted_since_the_last_look_is_given_to_no_guest() {
        cluster.rest();
        cluster.host("h1").lvchange(LockMode.EXCLUSIVE, "vg0/d1_b");
        cluster.host("h1").storage().open("/dev/vg0/d1_b", "mount");

        VirshResult refused = cluster.start("h1", "web");

        assertThat(refused.err()).contains("vg0/d1_b: in use by something on this host that Lockstep does not know");
        cluster.rest();
        assertThat(cluster.locks("vg0/d1_a")).isEqualTo("h1 un h2 un h3 un");
        assertThat(cluster.locks("vg0/d1_b")).isEqualTo("h1 ex h2 un h3 un");
    }

    @Test
    void a_second_domain_cannot_have_a_volume_after_an_agent_restart_with_lvm_hanging() {
        cluster.host("h1")
                .virsh()
                .define(GuestDefinition.named("thief").disks("/dev/vg0/d1_b").xml());
        cluster.start("h1", "web");
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
    void what_a_person_activates_long_after_a_command_hung_is_left_alone() {
        cluster.host("h1").faults().commandsHang(true);
        assertThat(cluster.start("h1", "web").exit()).isNotZero();
        cluster.rest();
        cluster.host("h1").faults().commandsHang(false);
        cluster.pass(Duration.ofMinutes(5));

        cluster.host("h1").lvchange(LockMode.EXCLUSIVE, "vg0/d1_a");
        cluster.pass(Duration.ofMinutes(1));

        assertThat(cluster.locks("vg0/d1_a")).isEqualTo("h1 ex h2 un h3 un");
    }

    @Test
    void a_source_that_could_not_convert_its_locks_does_not_say_that_they_are_shared() {
        cluster.start("h1", "web");
        cluster.rest();
        cluster.host("h1").faults().commandsHang(true);

        SourceSide.Outcome outcome = cluster.on("h1")
                .agent()
                .share(
                        new SourceSide.Share(
                                new HandoverId(new UUID(1, 1)),
                                new Epoch(7),
                                new DomainUuid(TestCluster.WEB.uuid()),
                                "web",
                                new HostName("h2"),
                                new TreeSet<>(Set.of(cluster.cluster().known("vg0/d1_a")))),
                        Deadline.in(Duration.ofSeconds(25), cluster.cluster().time()));

        assertThat(outcome).isInstanceOf(SourceSide.Outcome.Refused.class);
        assertThat(cluster.locks("vg0/d1_a")).isEqualTo("h1 ex h2 un h3 un");
    }
}
