package io.lockstep.simulator.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.simulator.Cluster;
import io.lockstep.simulator.libvirt.GuestDefinition;
import io.lockstep.simulator.libvirt.VirshResult;
import java.util.List;
import org.junit.jupiter.api.Test;

class ControlTest {

    private final Cluster cluster = Cluster.named("h1", "h2").volumeGroup("vg0").volumes("vg0/d1");
    private final Control control = new Control(cluster);

    private VirshResult on(String host, String... words) {
        return control.run(host, List.of(words));
    }

    @Test
    void a_guest_is_started_moved_and_listed() {
        assertThat(on("h1", "lvchange", "-asy", "vg0/d1").exit()).isZero();
        assertThat(on("h2", "lvchange", "-asy", "vg0/d1").exit()).isZero();
        on("h1", "define", GuestDefinition.named("web").disks("/dev/vg0/d1").xml());
        assertThat(on("h1", "start", "web").out()).isEqualTo("Domain 'web' started\n\n");
        assertThat(on("h1", "migrate", "web", "qemu+ssh://h2/system", "--live", "--undefinesource")
                        .err())
                .isEmpty();
        assertThat(on("h2", "domstate", "web").out().strip()).isEqualTo("running (migrated)");
        assertThat(on("h1", "list").out()).doesNotContain("web");
        assertThat(on("h2", "locks").out())
                .startsWith("VG vg0: live\nLK LV sh ")
                .contains("vg0/d1");
        assertThat(on("h1", "check").out()).isEqualTo("every invariant holds\n");
    }

    @Test
    void a_migration_can_be_made_to_fail() {
        on("h1", "lvchange", "-asy", "vg0/d1");
        on("h2", "lvchange", "-asy", "vg0/d1");
        on("h1", "define", GuestDefinition.named("web").disks("/dev/vg0/d1").xml());
        on("h1", "start", "web");
        for (String fault : List.of("abort", "target-qemu", "target-power")) {
            assertThat(on("h1", "migrate", "web", "h2", "--fault", fault).exit())
                    .as(fault)
                    .isEqualTo(1);
            assertThat(on("h1", "domstate", "web").out().strip()).as(fault).isEqualTo("running (booted)");
        }
    }

    @Test
    void faults_of_a_host_have_names() {
        assertThat(on("h1", "lvchange", "-aey", "vg0/d1").exit()).isZero();
        assertThat(on("h1", "fault", "power-cut").exit()).isZero();
        assertThat(on("h1", "list").err()).startsWith("error: failed to connect to the hypervisor");
        assertThat(on("h2", "lvchange", "-aey", "vg0/d1").err()).startsWith("LV locked by other host");
        assertThat(on("h1", "fault", "reboot").exit()).isZero();
        assertThat(on("h2", "lvchange", "-aey", "vg0/d1").exit()).isZero();
    }

    @Test
    void what_cannot_be_understood_is_answered_with_what_there_is() {
        assertThat(on("h1", "dance").err())
                .startsWith("error: unknown command \"dance\"")
                .contains("migrate DOMAIN HOST");
        assertThat(on("h1", "start").err()).startsWith("error: a word is missing");
        assertThat(on("h9", "list").err()).startsWith("error: no host \"h9\" in this cluster: [h1, h2]");
        assertThat(on("h1", "fault", "rain").exit()).isEqualTo(2);
    }
}
