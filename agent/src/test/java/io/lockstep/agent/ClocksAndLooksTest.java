package io.lockstep.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.agent.health.Live;
import io.lockstep.simulator.libvirt.MigrationOptions;
import io.lockstep.simulator.libvirt.MigrationPhase;
import io.lockstep.simulator.libvirt.VirshResult;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.junit.jupiter.api.Test;

/** Clocks that step, and looks that are old when they count. */
class ClocksAndLooksTest extends WithWebDefined {

    @Test
    void a_step_of_the_wall_clock_makes_no_agent_look_dead() {
        // The cluster's virtual time is far from the wall clock, as after a step.
        cluster.on("h1").agent().tick();

        assertThat(new Live(cluster.on("h1").agent()).call().getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
    }

    @Test
    void a_clock_that_is_set_back_does_not_keep_a_reservation_for_ever() {
        cluster.start("h1", "web");
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
        cluster.start("h1", "web");
        cluster.rest();
        cluster.on("h1").kill();
        cluster.host("h1").virsh().destroy("web");
        cluster.on("h1").restart();
        cluster.quiet();
        cluster.on("h1").step = Duration.ofHours(-1);

        cluster.pass(Duration.ofMinutes(10));

        assertThat(cluster.locks("vg0/d1_a")).isEqualTo("h1 un h2 un h3 un");
    }

    @Test
    void an_incoming_prepare_some_seconds_after_its_migrate_keeps_its_locks() {
        cluster.start("h1", "web");
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
        cluster.start("h1", "web");
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
        cluster.start("h1", "web");
        cluster.rest();
        cluster.host("h1").libvirtd().eventsLost(true);
        cluster.host("h1")
                .migrate("web", cluster.host("h2"), MigrationOptions.live().copying(Duration.ofMillis(200)));
        cluster.quiet();
        assertThat(cluster.on("h1").agent().state().claims()).isEmpty();
    }
}
