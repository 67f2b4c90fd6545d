package io.lockstep.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.core.hook.Enforcement;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.VgName;
import io.lockstep.simulator.libvirt.GuestDefinition;
import io.lockstep.simulator.libvirt.MigrationOptions;
import io.lockstep.simulator.libvirt.VirshResult;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What LVM shows of volume groups and the names of their volumes, and what it does not; and groups that are not enforced. */
class GroupsAndNamesTest extends WithWebDefined {

    @Test
    void an_agent_that_could_not_read_its_volume_groups_refuses_starts() {
        assertThat(cluster.start("h1", "web").exit()).isZero();
        cluster.rest();
        cluster.on("h2").kill();
        cluster.host("h2").faults().commandsHang(true);
        cluster.on("h2").restart();
        cluster.host("h2").faults().commandsHang(false);

        VirshResult second = cluster.start("h2", "web");

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

        VirshResult first = cluster.start("h1", "web");
        assertThat(first.exit()).isNotZero();
        assertThat(first.err()).contains("LVM does not see volume group vg0");
        cluster.pass(Duration.ofMinutes(11));
        VirshResult second = cluster.start("h1", "web");
        assertThat(second.exit()).isNotZero();
        assertThat(second.err()).contains("volume group vg0 is in use here, but LVM does not list it any more");
        assertThat(cluster.on("h1").agent().problems()).anyMatch(p -> p.contains("does not list it any more"));

        invisible("h1", false);
        VirshResult third = cluster.start("h1", "web");
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

        VirshResult started = cluster.start("h1", "fresh");

        assertThat(started.exit()).isNotZero();
        assertThat(started.err()).contains("volume group vg0");
    }

    @Test
    void a_group_that_lvm_does_not_see_any_more_ends_no_claims_of_running_guests() {
        cluster.start("h1", "web");
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
        assertThat(cluster.start("h1", "second").exit()).isNotZero();
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

        VirshResult started = cluster.start("h1", "fresh");

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
        VirshResult one = cluster.start("h1", "late");
        VirshResult two = cluster.start("h2", "late");
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
        cluster.start("h1", "late");
        cluster.pass(Duration.ofMinutes(25));
        assertThat(cluster.on("h1").agent().state().claims()).hasSize(1);
    }

    @Test
    void a_volume_made_anew_under_its_name_can_be_started() {
        cluster.start("h1", "web");
        cluster.host("h1").virsh().destroy("web");
        cluster.rest();
        cluster.cluster().removeVolume("vg0/d1_a");
        cluster.cluster().volume("vg0/d1_a");
        VirshResult again = cluster.start("h1", "web");
        assertThat(again.exit()).as(again.err()).isZero();
    }

    @Test
    void a_volume_that_is_renamed_under_a_guest_stays_its_own() {
        cluster.start("h1", "web");
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
    void a_group_that_is_only_observed_does_not_refuse_a_migration() {
        cluster.start("h1", "web");
        cluster.rest();
        cluster.on("h2").groups(Map.of(new VgName("vg0"), Enforcement.OBSERVE));
        cluster.controller().away = true;

        VirshResult moved = cluster.host("h1").migrate("web", cluster.host("h2"), MigrationOptions.live());

        assertThat(moved.err()).doesNotContain("a live migration needs the controller");
    }

    @Test
    void a_group_that_is_enforced_on_a_host_that_is_off_migrates_under_a_handover() {
        cluster.start("h1", "web");
        cluster.rest();
        cluster.on("h2").enforcement(Enforcement.OFF);
        cluster.on("h2").groups(Map.of(new VgName("vg0"), Enforcement.ENFORCE));

        VirshResult moved = cluster.host("h1").migrate("web", cluster.host("h2"), MigrationOptions.live());

        assertThat(moved.exit()).as(moved.err()).isZero();
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
        int one = cluster.start("h1", "late").exit();
        int two = cluster.start("h2", "late").exit();
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
}
