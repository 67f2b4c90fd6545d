package io.lockstep.simulator;

import static io.lockstep.core.volume.LockMode.EXCLUSIVE;
import static io.lockstep.core.volume.LockMode.SHARED;
import static io.lockstep.core.volume.LockMode.UNLOCKED;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.core.domain.DomainJob;
import io.lockstep.core.domain.DomainReading;
import io.lockstep.core.domain.DomainState;
import io.lockstep.core.domain.HypervisorReading;
import io.lockstep.simulator.hook.HookResult;
import io.lockstep.simulator.libvirt.GuestDefinition;
import io.lockstep.simulator.libvirt.Migration;
import io.lockstep.simulator.libvirt.MigrationOptions;
import io.lockstep.simulator.libvirt.MigrationPhase;
import io.lockstep.simulator.libvirt.VirshResult;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MigrationTest {

    private final HookLog hooks = new HookLog();
    private final Cluster cluster =
            Cluster.named("h1", "h2", "h3").volumeGroup("vg0").hooks(hooks);
    private final SimulatedHost h1 = cluster.host("h1");
    private final SimulatedHost h2 = cluster.host("h2");

    @BeforeEach
    void aGuestThatRunsOnTheFirstHost() {
        cluster.volumes("vg0/d1_a", "vg0/d1_b");
        h1.virsh()
                .define(GuestDefinition.named("d1")
                        .disks("/dev/vg0/d1_a", "/dev/vg0/d1_b")
                        .xml());
        hooks.on("prepare", (host, call) -> {
            if (host.equals(h1.name())) {
                h1.lvchange(EXCLUSIVE, "vg0/d1_a", "vg0/d1_b");
            }
            return HookResult.allow();
        });
        hooks.on("migrate", (host, call) -> {
            h1.lvchange(SHARED, "vg0/d1_a", "vg0/d1_b");
            cluster.host(host.value()).lvchange(SHARED, "vg0/d1_a", "vg0/d1_b");
            return HookResult.allow();
        });
        assertThat(h1.virsh().start("d1").ok()).isTrue();
        hooks.clear();
    }

    private static DomainState state(SimulatedHost host) {
        return readings(host).stream().map(DomainReading::state).findFirst().orElse(DomainState.shutOff(""));
    }

    private static List<DomainReading> readings(SimulatedHost host) {
        return host.platform().hypervisor().read() instanceof HypervisorReading.Seen seen ? seen.domains() : List.of();
    }

    @Test
    void a_live_migration_calls_the_targets_hooks_before_any_memory_is_copied_and_the_sources_at_the_end() {
        List<String> states = new ArrayList<>();
        VirshResult result = h1.migrate(
                "d1",
                h2,
                MigrationOptions.live()
                        .at(MigrationPhase.COPYING, () -> states.add(state(h1) + " | " + state(h2)))
                        .at(MigrationPhase.COPIED, () -> states.add(state(h1) + " | " + state(h2)))
                        .at(MigrationPhase.FINISHED, () -> states.add(state(h1) + " | " + state(h2))));

        assertThat(result.err()).isEmpty();
        assertThat(hooks.order())
                .containsExactly(
                        "h2 migrate", "h2 prepare", "h2 start", "h2 started", "h1 stopped", "h1 release migrated");
        assertThat(states)
                .containsExactly(
                        "running (booted) | paused (migrating)",
                        "paused (migrating) | paused (migrating)",
                        "paused (migrating) | running (migrated)");
        assertThat(state(h2)).isEqualTo(DomainState.running("migrated"));
        assertThat(h1.virsh().domstate("d1").out().strip()).isEqualTo("shut off (migrated)");
        assertThat(cluster.invariants().always()).isEmpty();
    }

    @Test
    void the_source_shows_the_migration_only_in_its_job() {
        List<DomainJob> jobs = new ArrayList<>();
        h1.migrate(
                "d1",
                h2,
                MigrationOptions.live()
                        .at(MigrationPhase.COPYING, () -> readings(h1).forEach(r -> jobs.add(r.job()))));
        assertThat(jobs).containsExactly(DomainJob.OUTGOING_MIGRATION);
        assertThat(readings(h2)).extracting(DomainReading::job).containsExactly(DomainJob.NONE);
    }

    @Test
    void a_lost_finish_runs_the_guest_twice_and_is_excused() {
        VirshResult result =
                h1.migrate("d1", h2, MigrationOptions.live().at(MigrationPhase.COPIED, Migration::loseFinish));
        assertThat(result.ok()).isFalse();
        assertThat(state(h1)).isEqualTo(DomainState.running("migration canceled"));
        assertThat(state(h2)).isEqualTo(DomainState.running("migrated"));
        assertThat(cluster.invariants().singleWriter()).isEmpty();
        assertThat(cluster.invariants().activeTwice()).hasSize(1);
    }

    @Test
    void no_migration_is_in_progress_where_both_the_incoming_qemu_and_its_libvirtd_died() {
        hooks.on("release", (host, call) -> {
            if (host.equals(h2.name())) {
                h2.libvirtd().killDaemon();
            }
            return HookResult.allow();
        });
        h1.migrate(
                "d1",
                h2,
                MigrationOptions.live()
                        .at(MigrationPhase.COPYING, () -> h2.libvirtd().killQemu("d1")));
        h2.libvirtd().startDaemon();

        assertThat(readings(h2)).isEmpty();
        assertThat(h2.libvirtd().quiet()).isTrue();
        assertThat(state(h1)).isEqualTo(DomainState.running("booted"));
    }

    @Test
    void nothing_is_held_after_everything_was_released() {
        h1.virsh().destroy("d1");
        h1.lvchange(UNLOCKED, "vg0/d1_a", "vg0/d1_b");
        assertThat(cluster.invariants().quietMeansExact()).isEmpty();
    }
}
