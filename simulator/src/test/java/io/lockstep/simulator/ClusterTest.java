package io.lockstep.simulator;

import static io.lockstep.core.volume.LockMode.EXCLUSIVE;
import static io.lockstep.core.volume.LockMode.SHARED;
import static io.lockstep.core.volume.LockMode.UNLOCKED;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.core.domain.HypervisorReading;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.port.HostPlatform;
import io.lockstep.core.port.LockManager;
import io.lockstep.core.port.LockManagerException;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeInfo;
import io.lockstep.core.volume.VolumeReading;
import io.lockstep.simulator.hook.HookResult;
import io.lockstep.simulator.libvirt.GuestDefinition;
import io.lockstep.simulator.libvirt.MigrationOptions;
import io.lockstep.simulator.libvirt.MigrationPhase;
import io.lockstep.simulator.libvirt.VirshResult;
import io.lockstep.simulator.storage.VolumeType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What the recordings do not show: the port that an agent is given, and faults on demand. */
class ClusterTest {

    private static final VgName VG = new VgName("vg0");

    private final Cluster cluster = Cluster.named("h1", "h2", "h3").volumeGroup("vg0");
    private final SimulatedHost h1 = cluster.host("h1");
    private final SimulatedHost h2 = cluster.host("h2");
    private final HostPlatform platform = h1.platform();
    private final LockManager locks = platform.lockManager();
    private final Volume d1 = cluster.volume("vg0/d1");

    private LockResult change(LockMode mode, Volume volume) {
        return locks.change(VG, new TreeSet<>(Set.of(volume)), mode).get(volume);
    }

    @Test
    void one_command_for_many_volumes_gives_a_result_for_each() {
        Volume held = cluster.volume("vg0/held");
        Volume gone = cluster.volume("vg0/gone");
        Volume raid = cluster.volume("vg0/raid", VolumeType.RAID);
        cluster.volume("vg0/skip");
        Volume skip = cluster.known("vg0/skip");
        cluster.activationSkip("vg0/skip", true);
        h2.lvchange(EXCLUSIVE, "vg0/held");
        cluster.removeVolume("vg0/gone");
        long before = h1.counters().lvmCommands();

        assertThat(locks.change(VG, new TreeSet<>(Set.of(d1, held, gone, raid, skip)), SHARED))
                .containsEntry(d1, new LockResult.Granted(SHARED))
                .containsEntry(held, new LockResult.HeldElsewhere(java.util.Optional.empty()))
                .containsEntry(gone, new LockResult.NoSuchVolume())
                .containsEntry(raid, new LockResult.NotShareable("raid1"))
                .containsEntry(skip, new LockResult.NotActivated());
        assertThat(h1.counters().lvmCommands()).isEqualTo(before + 1);
    }

    @Test
    void a_volume_that_was_made_again_is_another_one() {
        cluster.removeVolume("vg0/d1");
        Volume again = cluster.volume("vg0/d1");
        assertThat(again).isNotEqualTo(d1);
        assertThat(change(EXCLUSIVE, d1)).isEqualTo(new LockResult.NoSuchVolume());
        assertThat(change(EXCLUSIVE, again).granted()).isTrue();
    }

    @Test
    void a_renamed_volume_keeps_its_lock() {
        change(EXCLUSIVE, d1);
        cluster.renameVolume("vg0/d1", "other");
        assertThat(change(EXCLUSIVE, d1)).isEqualTo(new LockResult.NoSuchVolume());
        assertThat(h1.held("vg0/other")).isEqualTo(EXCLUSIVE);
        assertThat(change(SHARED, cluster.known("vg0/other")).granted()).isTrue();
    }

    @Test
    void newer_lvm_names_the_holder() {
        h2.lvchange(EXCLUSIVE, "vg0/d1");
        cluster.disk().namesHolders(true);
        assertThat(change(EXCLUSIVE, d1).reason()).isEqualTo("locked by another host (host_id 2)");
        assertThat(h1.lvchange(EXCLUSIVE, "vg0/d1").stderr())
                .containsExactly(
                        "LV locked by other host: vg0/d1 (host_id 2)", "Failed to lock logical volume vg0/d1.");
    }

    @Test
    void a_shared_request_succeeds_when_the_holder_lets_go_within_its_retries() {
        Cluster real = Cluster.named("h1", "h2").volumeGroup("vg0").volumes("vg0/d1");
        SimulatedHost holder = real.host("h2");
        holder.faults().refusedOnce(real.known("vg0/d1"));
        Instant before = real.time().instant();
        assertThat(holder.lvchange(SHARED, "vg0/d1").exit()).isZero();
        assertThat(Duration.between(before, real.time().instant()))
                .isBetween(Duration.ofMillis(500), Duration.ofSeconds(2));
        holder.faults().refusedOnce(real.known("vg0/d1"));
        assertThat(holder.lvchange(EXCLUSIVE, "vg0/d1").exit()).isEqualTo(5);
        assertThat(holder.lvchange(EXCLUSIVE, "vg0/d1").exit()).isZero();
    }

    @Test
    void an_unlock_that_fails_silently_is_found_by_reading_back() {
        change(EXCLUSIVE, d1);
        h1.faults().unlockFails(d1);
        assertThat(change(UNLOCKED, d1))
                .isEqualTo(new LockResult.Unknown("lvchange said yes, but the lock is still EXCLUSIVE"));
        assertThat(locks.read(VG).of(d1)).contains(new VolumeReading(d1, EXCLUSIVE, false, false));
        assertThat(change(UNLOCKED, d1).granted()).isTrue();
    }

    @Test
    void a_command_that_hangs_is_walked_away_from() {
        h1.faults().commandsHang(true);
        Instant before = cluster.time().instant();
        assertThat(change(EXCLUSIVE, d1)).isEqualTo(new LockResult.Stuck("lvchange -aey vg0/d1"));
        assertThat(Duration.between(before, cluster.time().instant())).isEqualTo(Duration.ofSeconds(20));
        h1.faults().commandsHang(false);
        assertThat(change(EXCLUSIVE, d1).granted()).isTrue();
    }

    @Test
    void the_lock_of_a_thin_volume_is_its_pools() throws LockManagerException {
        cluster.volume("vg0/tp", VolumeType.THIN_POOL);
        Volume thin = cluster.thinVolume("vg0/th1", "vg0/tp");
        assertThat(locks.volumes(VG)).contains(new VolumeInfo(thin, false, "thin"));
        assertThat(change(EXCLUSIVE, thin).granted()).isTrue();
        cluster.thinVolume("vg0/th2", "vg0/tp");
        assertThat(h2.lvchange(EXCLUSIVE, "vg0/th2").exit()).isEqualTo(5);
        assertThat(locks.read(VG).of(thin)).map(VolumeReading::lock).contains(EXCLUSIVE);
        assertThat(change(UNLOCKED, thin).granted()).isTrue();
        assertThat(h2.lvchange(EXCLUSIVE, "vg0/th2").exit()).isZero();
    }

    @Test
    void an_origin_with_a_snapshot_cannot_be_shared() throws LockManagerException {
        cluster.snapshot("vg0/d1snap", "vg0/d1");
        assertThat(change(SHARED, d1)).isEqualTo(new LockResult.NotShareable("snapshot origin"));
        assertThat(locks.volumes(VG)).contains(new VolumeInfo(d1, false, "snapshot origin"));
        assertThat(change(EXCLUSIVE, d1).granted()).isTrue();
    }

    @Test
    void every_spelling_of_a_path_leads_to_the_active_volume_only() {
        Volume dashed = cluster.volume("vg0/a-b");
        assertThat(locks.devices().follow("/dev/vg0/a-b")).isEqualTo("/dev/vg0/a-b");
        change(EXCLUSIVE, dashed);
        String node = locks.devices().follow("/dev/mapper/vg0-a--b");
        assertThat(node).startsWith("/dev/dm-");
        assertThat(locks.devices().follow("/dev//vg0/./a-b")).isEqualTo(node);
        assertThat(locks.devices().follow("/dev/disk/by-id/dm-name-vg0-a--b")).isEqualTo(node);
        assertThat(locks.devices().deviceMapper(Integer.parseInt(node.substring("/dev/dm-".length()))))
                .contains(dashed.uuid());
        assertThat(locks.devices().follow("/var/lib/images/a.iso")).isEqualTo("/var/lib/images/a.iso");
    }

    @Test
    void libvirt_is_silent_while_a_hook_runs_and_answers_afterwards() {
        List<HypervisorReading> inside = new ArrayList<>();
        HookLog hooks = new HookLog().on("prepare", (host, call) -> {
            inside.add(platform.hypervisor().read());
            h1.lvchange(EXCLUSIVE, "vg0/d1");
            return HookResult.allow();
        });
        cluster.hooks(hooks);
        h1.virsh().define(GuestDefinition.named("d1").disks("/dev/vg0/d1").xml());
        assertThat(h1.virsh().start("d1").ok()).isTrue();
        assertThat(inside).singleElement().isInstanceOf(HypervisorReading.Silent.class);
        assertThat(h1.counters().silentHypervisorReads()).isEqualTo(1);
        assertThat(platform.hypervisor().read()).isInstanceOf(HypervisorReading.Seen.class);
    }

    @Test
    void a_qemu_that_dies_while_the_daemon_connects_to_it_is_found_dead() {
        HookLog hooks = new HookLog().on("reconnect", (host, call) -> {
            h1.libvirtd().killQemu("d1");
            return HookResult.allow();
        });
        runsOnH1(hooks);
        h1.libvirtd().restartDaemon();
        assertThat(h1.virsh().domstate("d1").out().strip()).isEqualTo("shut off (crashed)");
        assertThat(hooks.order()).endsWith("h1 stopped", "h1 release crashed");
    }

    @Test
    void the_migrate_hook_runs_before_the_domain_is_there_and_locks_nothing() {
        List<HypervisorReading> inside = new ArrayList<>();
        runsOnH1(new HookLog().on("migrate", (host, call) -> {
            inside.add(h1.platform().hypervisor().read());
            inside.add(h2.platform().hypervisor().read());
            return share();
        }));
        assertThat(h1.migrate("d1", h2, MigrationOptions.live()).ok()).isTrue();
        assertThat(inside).hasSize(2).allMatch(HypervisorReading.Seen.class::isInstance);
    }

    @Test
    void what_the_migrate_hook_prints_comes_back_at_prepare_and_in_the_live_xml() {
        HookLog hooks = new HookLog();
        runsOnH1(hooks.on("migrate", (host, call) -> {
            share();
            return new HookResult(
                    0,
                    call.xml()
                            .replace(
                                    "<devices>",
                                    "<metadata><x:handover xmlns:x='urn:x' id='7'/></metadata>\n  <devices>"),
                    "");
        }));
        assertThat(h1.migrate("d1", h2, MigrationOptions.live()).err()).isEmpty();
        assertThat(hooks.calls().stream().filter(c -> c.operation().equals("prepare")))
                .last()
                .satisfies(c -> assertThat(c.xml()).contains("<x:handover xmlns:x='urn:x' id='7'/>"));
        assertThat(h2.virsh().dumpxml("d1").out()).contains("x:handover");
        // Measured, decision 0002: the persistent definition has nothing of it.
        h2.virsh().destroy("d1");
        assertThat(h2.virsh().dumpxml("d1").out()).contains("<name>d1</name>").doesNotContain("x:handover");
    }

    @Test
    void a_migrate_hook_that_prints_another_guest_breaks_the_migration() {
        runsOnH1(new HookLog()
                .on(
                        "migrate",
                        (host, call) -> new HookResult(
                                0,
                                GuestDefinition.named("d1")
                                        .disks("/dev/vg0/d1", "/dev/vg0/d2")
                                        .xml(),
                                "")));
        assertThat(h1.migrate("d1", h2, MigrationOptions.live()).err())
                .isEqualTo("error: unsupported configuration: Target domain disk count 2 does not match source 1\n");
        assertThat(own(h1)).isEqualTo(OwnDomain.ACTIVE);
        assertThat(own(h2)).isEqualTo(OwnDomain.ABSENT);
    }

    @Test
    void a_target_that_dies_between_migrate_and_prepare_calls_no_hook_anywhere() {
        HookLog hooks = new HookLog();
        runsOnH1(hooks.on("migrate", (host, call) -> share()));
        hooks.clear();
        VirshResult result = h1.migrate("d1", h2, MigrationOptions.live().at(MigrationPhase.ADMITTED, h2::powerCut));
        assertThat(result.ok()).isFalse();
        assertThat(hooks.order()).containsExactly("h2 migrate");
        assertThat(own(h1)).isEqualTo(OwnDomain.ACTIVE);
    }

    @Test
    void a_failed_post_copy_leaves_both_sides_standing_until_it_is_resumed() {
        HookLog hooks = new HookLog();
        runsOnH1(hooks.on("migrate", (host, call) -> share()));
        VirshResult result = h1.migrate(
                "d1", h2, MigrationOptions.live().postCopy().at(MigrationPhase.POST_COPY, m -> m.failPostCopy(false)));
        assertThat(result.ok()).isFalse();
        assertThat(own(h1)).isEqualTo(OwnDomain.POST_COPY_FAILED);
        assertThat(own(h2)).isEqualTo(OwnDomain.POST_COPY_FAILED);
        hooks.clear();
        assertThat(h1.virsh().resumePostCopy("d1", h2.libvirtd()).ok()).isTrue();
        assertThat(hooks.order()).containsExactly("h1 stopped", "h1 release migrated");
        assertThat(own(h2)).isEqualTo(OwnDomain.ACTIVE);
        assertThat(cluster.invariants().singleWriter()).isEmpty();
    }

    @Test
    void a_source_daemon_that_dies_after_the_target_runs_leaves_the_guest_paused_there() {
        runsOnH1(new HookLog().on("migrate", (host, call) -> share()));
        h1.migrate(
                "d1", h2, MigrationOptions.live().peerToPeer().at(MigrationPhase.FINISHED, h1.libvirtd()::killDaemon));
        h1.libvirtd().startDaemon();
        assertThat(h1.virsh().domstate("d1").out().strip()).isEqualTo("paused (migrating)");
        assertThat(own(h1)).isEqualTo(OwnDomain.PAUSED_MIGRATING);
        assertThat(own(h2)).isEqualTo(OwnDomain.ACTIVE);
    }

    @Test
    void a_client_that_dies_ends_the_migration_unless_the_daemons_talk_to_each_other() {
        HookLog hooks = new HookLog();
        runsOnH1(hooks.on("migrate", (host, call) -> share()));
        hooks.clear();
        assertThat(h1.migrate("d1", h2, MigrationOptions.live().at(MigrationPhase.COPYING, m -> m.killClient()))
                        .ok())
                .isFalse();
        assertThat(hooks.order()).endsWith("h2 stopped", "h2 release destroyed");
        assertThat(h1.migrate(
                                "d1",
                                h2,
                                MigrationOptions.live().peerToPeer().at(MigrationPhase.COPYING, m -> m.killClient()))
                        .ok())
                .isTrue();
    }

    @Test
    void after_a_power_cut_autostart_is_tried_once_before_anybody_is_answered() {
        HookLog hooks = new HookLog();
        runsOnH1(hooks);
        h1.virsh().autostart("d1", true);
        String boot = platform.bootId();
        hooks.clear();
        List<HypervisorReading> inside = new ArrayList<>();
        hooks.on("prepare", (host, call) -> {
            inside.add(platform.hypervisor().read());
            return HookResult.refuse("not yet");
        });
        h1.reboot();
        assertThat(platform.bootId()).isNotEqualTo(boot);
        assertThat(hooks.order()).containsExactly("h1 prepare", "h1 stopped", "h1 release failed");
        assertThat(inside).singleElement().isInstanceOf(HypervisorReading.Silent.class);
        hooks.clear();
        h1.libvirtd().restartDaemon();
        assertThat(hooks.order()).isEmpty();
    }

    @Test
    void hot_plug_calls_no_hook_but_wakes() {
        cluster.volumes("vg0/d2");
        HookLog hooks = new HookLog();
        runsOnH1(hooks);
        hooks.clear();
        AtomicInteger wakes = new AtomicInteger();
        platform.hypervisor().onChange(wakes::incrementAndGet);
        assertThat(h1.virsh().attachDisk("d1", "/dev/vg0/d2", "vdb").err()).isEqualTo("""
                        error: Failed to attach disk
                        error: Cannot access storage file '/dev/vg0/d2': No such file or directory
                        """);
        h1.lvchange(EXCLUSIVE, "vg0/d2");
        assertThat(h1.virsh().attachDisk("d1", "/dev/vg0/d2", "vdb").ok()).isTrue();
        assertThat(h1.lvchange(UNLOCKED, "vg0/d2").exit()).isEqualTo(5);
        assertThat(h1.virsh().detachDisk("d1", "vdb").ok()).isTrue();
        assertThat(h1.lvchange(UNLOCKED, "vg0/d2").exit()).isZero();
        assertThat(h1.virsh().dumpxml("d1").out()).doesNotContain("/dev/vg0/d2");
        assertThat(hooks.order()).isEmpty();
        assertThat(wakes).hasPositiveValue();

        int before = wakes.get();
        h1.libvirtd().eventsLost(true);
        h1.virsh().suspend("d1");
        assertThat(wakes).hasValue(before);
    }

    @Test
    void a_volume_of_a_pool_is_a_path_below_its_target() {
        h1.libvirtd().pool("images", VG);
        assertThat(platform.hypervisor().poolTargets().orElseThrow()).containsEntry("images", "/dev/vg0");
        h1.lvchange(EXCLUSIVE, "vg0/d1");
        h1.virsh().define(GuestDefinition.named("d1").poolDisk("images", "d1").xml());
        assertThat(h1.virsh().start("d1").ok()).isTrue();
        assertThat(locks.read(VG).of(d1)).map(VolumeReading::open).contains(true);
    }

    @Test
    void a_virtual_run_repeats_exactly() {
        assertThat(story()).isEqualTo(story());
    }

    private static List<String> story() {
        Cluster cluster = Cluster.named("h1", "h2").volumeGroup("vg0").volumes("vg0/d1");
        HookLog hooks = new HookLog();
        cluster.hooks(hooks);
        SimulatedHost h1 = cluster.host("h1");
        h1.lvchange(SHARED, "vg0/d1");
        cluster.host("h2").lvchange(SHARED, "vg0/d1");
        h1.virsh().define(GuestDefinition.named("d1").disks("/dev/vg0/d1").xml());
        h1.virsh().start("d1");
        h1.migrate("d1", cluster.host("h2"), MigrationOptions.live());
        List<String> story = new ArrayList<>(hooks.order());
        story.add(cluster.known("vg0/d1").uuid() + " at " + cluster.time().instant());
        return story;
    }

    private void runsOnH1(HookLog hooks) {
        cluster.hooks(hooks);
        h1.lvchange(EXCLUSIVE, "vg0/d1");
        h1.virsh().define(GuestDefinition.named("d1").disks("/dev/vg0/d1").xml());
        assertThat(h1.virsh().start("d1").err()).isEmpty();
    }

    private HookResult share() {
        h1.lvchange(SHARED, "vg0/d1");
        h2.lvchange(SHARED, "vg0/d1");
        return HookResult.allow();
    }

    private static OwnDomain own(SimulatedHost host) {
        return switch (host.platform().hypervisor().read()) {
            case HypervisorReading.Silent _ -> OwnDomain.UNKNOWN;
            case HypervisorReading.Seen seen ->
                OwnDomain.of(seen.domains().stream().findFirst());
        };
    }

    @Test
    void a_domain_says_who_may_write_its_volume_and_when() {
        runsOnH1(new HookLog().on("migrate", (host, call) -> share()));
        h1.migrate("d1", h2, MigrationOptions.live());
        assertThat(cluster.writers().history(d1))
                .extracting(m -> m.writers().toString())
                .containsExactly("[d1 on h1]", "[d1 on h2]");
    }
}
