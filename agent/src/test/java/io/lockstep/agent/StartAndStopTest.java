package io.lockstep.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.core.hook.Enforcement;
import io.lockstep.core.reconcile.Drift;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.VolumeName;
import io.lockstep.simulator.libvirt.GuestDefinition;
import io.lockstep.simulator.libvirt.VirshResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartAndStopTest {

    private static final GuestDefinition WEB = GuestDefinition.named("web").disks("/dev/vg0/d1_a", "/dev/vg0/d1_b");

    @TempDir
    Path directory;

    private TestCluster cluster;

    @BeforeEach
    void build() {
        cluster = new TestCluster(directory, "vg0/d1_a", "vg0/d1_b", "vg0/x");
        cluster.host("h1").virsh().define(WEB.xml());
        cluster.host("h2").virsh().define(WEB.xml());
    }

    private VirshResult start(String host) {
        VirshResult result = cluster.host(host).virsh().start("web");
        cluster.quiet();
        return result;
    }

    private void atRest() {
        cluster.rest();
        assertThat(cluster.cluster().invariants().always()).isEmpty();
        assertThat(cluster.cluster().invariants().quietMeansExact()).isEmpty();
    }

    @Test
    void a_start_takes_every_disk_exclusively_with_one_command() {
        long before = cluster.host("h1").counters().lvmCommands();

        assertThat(start("h1").exit()).isZero();

        assertThat(cluster.locks("vg0/d1_a")).isEqualTo("h1 ex h2 un h3 un");
        assertThat(cluster.locks("vg0/d1_b")).isEqualTo("h1 ex h2 un h3 un");
        assertThat(cluster.host("h1").counters().lvmCommands() - before).isEqualTo(1);
        atRest();
    }

    @Test
    void a_start_on_a_second_host_is_refused_with_the_holders_name_and_leaves_nothing_behind() {
        start("h1");

        VirshResult refused = start("h2");

        assertThat(refused.exit()).isNotZero();
        assertThat(refused.err())
                .contains("vg0/d1_a, vg0/d1_b: held EXCLUSIVE on h1 for domain web since ")
                .contains("stop or migrate it there first");
        assertThat(cluster.locks("vg0/d1_a")).isEqualTo("h1 ex h2 un h3 un");
        assertThat(cluster.on("h2").agent().state().claims()).isEmpty();
        atRest();
    }

    @Test
    void a_partial_refusal_gives_back_what_this_start_took_and_nothing_else() {
        cluster.host("h2").lvchange(LockMode.EXCLUSIVE, "vg0/d1_b");
        cluster.host("h1").lvchange(LockMode.SHARED, "vg0/x");

        assertThat(start("h1").exit()).isNotZero();

        assertThat(cluster.locks("vg0/d1_a")).isEqualTo("h1 un h2 un h3 un");
        assertThat(cluster.locks("vg0/d1_b")).isEqualTo("h1 un h2 ex h3 un");
        assertThat(cluster.locks("vg0/x")).isEqualTo("h1 sh h2 un h3 un");
    }

    @Test
    void a_volume_that_an_administrator_had_activated_here_survives_a_refused_start() {
        cluster.host("h1").lvchange(LockMode.EXCLUSIVE, "vg0/d1_a");
        cluster.host("h2").lvchange(LockMode.EXCLUSIVE, "vg0/d1_b");

        assertThat(start("h1").exit()).isNotZero();
        cluster.rest();

        assertThat(cluster.locks("vg0/d1_a")).isEqualTo("h1 ex h2 un h3 un");
    }

    @Test
    void a_stopped_domain_releases_what_it_held() {
        start("h1");

        cluster.host("h1").virsh().destroy("web");
        cluster.rest();

        assertThat(cluster.locks("vg0/d1_a")).isEqualTo("h1 un h2 un h3 un");
        assertThat(start("h2").exit()).isZero();
        atRest();
    }

    @Test
    void a_stop_does_not_wait_for_its_locks_which_are_released_at_once() {
        start("h1");

        cluster.host("h1").virsh().destroy("web");
        assertThat(cluster.locks("vg0/d1_a")).isEqualTo("h1 ex h2 un h3 un");

        cluster.quiet();
        assertThat(cluster.locks("vg0/d1_a")).isEqualTo("h1 un h2 un h3 un");
        assertThat(start("h2").exit()).isZero();
        atRest();
    }

    @Test
    void a_crashed_guest_releases_what_it_held() {
        start("h1");

        cluster.host("h1").libvirtd().killQemu("web");
        cluster.rest();

        assertThat(cluster.locks("vg0/d1_a")).isEqualTo("h1 un h2 un h3 un");
    }

    @Test
    void a_saved_domain_releases_and_a_restored_one_takes_again() {
        start("h1");
        cluster.host("h1").virsh().save("web", "/tmp/web.save");
        cluster.quiet();
        assertThat(cluster.locks("vg0/d1_a")).isEqualTo("h1 un h2 un h3 un");

        assertThat(cluster.host("h1").virsh().restore("/tmp/web.save").exit()).isZero();

        assertThat(cluster.locks("vg0/d1_a")).isEqualTo("h1 ex h2 un h3 un");
        atRest();
    }

    @Test
    void a_domain_that_stopped_while_the_agent_was_down_is_found_gone_by_looking() {
        start("h1");
        cluster.on("h1").kill();
        cluster.host("h1").virsh().destroy("web");
        assertThat(cluster.locks("vg0/d1_a")).isEqualTo("h1 ex h2 un h3 un");

        cluster.on("h1").restart();
        cluster.rest();

        assertThat(cluster.locks("vg0/d1_a")).isEqualTo("h1 un h2 un h3 un");
    }

    @Test
    void a_start_while_the_agent_is_down_is_refused_and_a_stop_is_not() {
        cluster.on("h1").kill();
        assertThat(start("h1").exit()).isNotZero();

        cluster.on("h1").restart();
        start("h1");
        cluster.on("h1").kill();
        assertThat(cluster.host("h1").virsh().destroy("web").exit()).isZero();
    }

    @Test
    void a_second_domain_on_the_same_host_cannot_have_a_claimed_volume() {
        start("h1");
        cluster.host("h1")
                .virsh()
                .define(GuestDefinition.named("thief")
                        .disks("/dev/mapper/vg0-d1_b")
                        .xml());

        VirshResult refused = cluster.host("h1").virsh().start("thief");

        assertThat(refused.exit()).isNotZero();
        assertThat(refused.err()).contains("vg0/d1_b is claimed EXCLUSIVE on this host by domain web");
    }

    @Test
    void shareable_disks_run_on_two_hosts_at_once() {
        cluster.host("h1")
                .virsh()
                .define(GuestDefinition.named("one").shareableDisk("/dev/vg0/x").xml());
        cluster.host("h2")
                .virsh()
                .define(GuestDefinition.named("two").shareableDisk("/dev/vg0/x").xml());

        assertThat(cluster.host("h1").virsh().start("one").exit()).isZero();
        assertThat(cluster.host("h2").virsh().start("two").exit()).isZero();

        assertThat(cluster.locks("vg0/x")).isEqualTo("h1 sh h2 sh h3 un");
    }

    @Test
    void a_guest_that_ran_before_the_agent_came_is_claimed_by_looking_and_released_when_it_ends() {
        cluster.on("h1").kill();
        cluster.cluster()
                .hooks((host, name, operation, suboperation, extra, xml) ->
                        io.lockstep.simulator.hook.HookResult.allow());
        cluster.host("h1").lvchange(LockMode.EXCLUSIVE, "vg0/d1_a", "vg0/d1_b");
        cluster.host("h1").virsh().start("web");
        cluster.on("h1").restart();
        cluster.rest();
        assertThat(cluster.on("h1").agent().state().claims()).hasSize(1);

        cluster.host("h1").virsh().destroy("web");
        cluster.rest();

        assertThat(cluster.locks("vg0/d1_a")).isEqualTo("h1 un h2 un h3 un");
    }

    @Test
    void events_of_libvirt_are_followed_by_one_look_after_the_hooks_had_their_time() {
        TestHost h1 = cluster.on("h1");
        h1.eventDelay(Duration.ofMillis(500));
        cluster.rest();
        h1.later().clear();

        cluster.host("h1").virsh().start("web");
        cluster.host("h1").virsh().suspend("web");
        cluster.host("h1").virsh().resume("web");
        assertThat(h1.later()).hasSize(1);

        h1.later().remove().run();
        cluster.quiet();
        assertThat(h1.agent().watch().domains()).hasSize(1);
        cluster.host("h1").virsh().destroy("web");
        assertThat(h1.later()).isNotEmpty();
    }

    @Test
    void a_disk_that_is_plugged_in_later_is_claimed_and_one_that_is_unplugged_is_released() {
        start("h1");
        cluster.host("h1").lvchange(LockMode.SHARED, "vg0/x");
        cluster.host("h1").virsh().attachDisk("web", "/dev/vg0/x", "vdc");
        cluster.rest();
        assertThat(cluster.locks("vg0/x")).isEqualTo("h1 ex h2 un h3 un");

        cluster.host("h1").virsh().detachDisk("web", "vdc");
        cluster.rest();

        assertThat(cluster.locks("vg0/x")).isEqualTo("h1 un h2 un h3 un");
        atRest();
    }

    @Test
    void what_an_administrator_activated_and_nobody_claims_is_only_reported() {
        cluster.host("h1").lvchange(LockMode.EXCLUSIVE, "vg0/x");
        cluster.rest();

        assertThat(cluster.locks("vg0/x")).isEqualTo("h1 ex h2 un h3 un");
        assertThat(cluster.on("h1").agent().lanes().all())
                .flatExtracting(l -> l.drifts())
                .extracting(e -> e.drift().kind(), e -> e.drift().volume().name())
                .containsExactly(org.assertj.core.groups.Tuple.tuple(Drift.Kind.FOREIGN, VolumeName.of("vg0/x")));
    }

    @Test
    void a_silent_libvirt_changes_nothing() {
        start("h1");
        cluster.host("h1").libvirtd().killDaemon();

        cluster.pass(Duration.ofMinutes(5));

        assertThat(cluster.locks("vg0/d1_a")).isEqualTo("h1 ex h2 un h3 un");
        assertThat(cluster.on("h1").agent().problems()).anyMatch(p -> p.startsWith("libvirt: "));
    }

    @Test
    void a_state_that_cannot_be_saved_refuses_a_start_before_anything_is_locked() throws Exception {
        Files.createDirectory(directory.resolve("h1.json.new"));

        VirshResult refused = start("h1");

        assertThat(refused.err()).contains("the state file " + cluster.on("h1").stateFile() + " cannot be written");
        assertThat(cluster.locks("vg0/d1_a")).isEqualTo("h1 un h2 un h3 un");
    }

    @Test
    void a_stop_releases_although_the_state_cannot_be_saved() throws Exception {
        start("h1");
        Files.createDirectory(directory.resolve("h1.json.new"));

        cluster.host("h1").virsh().destroy("web");
        cluster.quiet();

        assertThat(cluster.locks("vg0/d1_a")).isEqualTo("h1 un h2 un h3 un");
        assertThat(cluster.on("h1").agent().problems()).anyMatch(p -> p.contains("cannot be written"));
        Files.delete(directory.resolve("h1.json.new"));
        cluster.rest();
        assertThat(cluster.on("h1").agent().problems()).isEmpty();
    }

    @Test
    void a_lockspace_that_is_not_started_refuses_and_says_so() {
        cluster.host("h1").lockStop("vg0");

        assertThat(start("h1").err()).contains("vg0/d1_a, vg0/d1_b: cannot be locked: lockspace not started");
    }

    @Test
    void an_observing_host_allows_what_it_would_refuse() {
        cluster.on("h2").enforcement(Enforcement.OBSERVE);
        cluster.host("h1").lvchange(LockMode.SHARED, "vg0/d1_a", "vg0/d1_b");
        cluster.host("h2").lvchange(LockMode.SHARED, "vg0/d1_a", "vg0/d1_b");

        assertThat(start("h2").exit()).isZero();
    }

    @Test
    void after_a_power_cut_the_domain_starts_elsewhere_once_sanlock_has_given_its_host_up() {
        start("h1");
        cluster.host("h1").powerCut();
        cluster.on("h1").kill();
        cluster.pass(Duration.ofSeconds(80));
        assertThat(start("h2").err()).contains("h1");

        cluster.pass(Duration.ofSeconds(70));

        assertThat(start("h2").exit()).isZero();
    }

    @Test
    void after_a_reboot_what_the_old_boot_claimed_is_void() {
        start("h1");
        cluster.on("h1").kill();
        cluster.host("h1").reboot();
        cluster.host("h1").lockStart("vg0");
        cluster.on("h1").restart();

        cluster.rest();

        assertThat(cluster.on("h1").agent().state().claims()).isEmpty();
        assertThat(start("h1").exit()).isZero();
    }

    @Test
    void a_restart_after_every_hook_changes_nothing() {
        start("h1");
        cluster.on("h1").restart();
        atRest();
        assertThat(cluster.locks("vg0/d1_a")).isEqualTo("h1 ex h2 un h3 un");
        cluster.host("h1").virsh().destroy("web");
        cluster.on("h1").restart();
        atRest();
        assertThat(cluster.locks("vg0/d1_a")).isEqualTo("h1 un h2 un h3 un");
    }

    @Test
    void a_stopped_domain_is_not_claimed_again_by_what_was_seen_before_it_stopped() {
        start("h1");
        cluster.rest();
        long before = cluster.host("h1").counters().lvmCommands();

        cluster.host("h1").virsh().destroy("web");
        cluster.quiet();
        cluster.rest();

        assertThat(cluster.host("h1").counters().lvmCommands() - before).isEqualTo(1);
    }

    @Test
    void a_volume_group_that_is_new_is_known_at_the_first_start_on_it() {
        cluster.cluster().volumeGroup("vg9").volumes("vg9/disk");
        cluster.host("h1")
                .virsh()
                .define(GuestDefinition.named("new").disks("/dev/vg9/disk").xml());

        assertThat(cluster.host("h1").virsh().start("new").exit()).isZero();

        assertThat(cluster.locks("vg9/disk")).isEqualTo("h1 ex h2 un h3 un");
    }
}
