package io.lockstep.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.core.domain.DomainUuid;
import io.lockstep.simulator.libvirt.Migration;
import io.lockstep.simulator.libvirt.MigrationOptions;
import io.lockstep.simulator.libvirt.MigrationPhase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SuspensionTest {

    private static final DomainUuid WEB = new DomainUuid(TestCluster.WEB.uuid());

    @TempDir
    Path directory;

    private TestCluster cluster;

    @BeforeEach
    void build() {
        cluster = TestCluster.withWeb(directory);
    }

    private Optional<String> suspend(String host) {
        return cluster.on(host).agent().suspend(WEB);
    }

    private String state(String host) {
        return cluster.host(host).virsh().domstate("web").out().strip();
    }

    @Test
    void one_of_two_guests_that_run_writes_no_more_and_the_other_goes_on() {
        cluster.migrate(MigrationOptions.live().at(MigrationPhase.FINISHED, Migration::loseFinish));

        assertThat(suspend("h1")).isEmpty();

        assertThat(state("h1")).isEqualTo("paused (user)");
        assertThat(state("h2")).isEqualTo("running (migrated)");
        cluster.rest();
        assertThat(cluster.locks("vg0/d1_a")).as("both still exist").isEqualTo("h1 sh h2 sh h3 un");
        assertThat(cluster.host("h1").virsh().destroy("web").ok()).isTrue();
        cluster.webOnlyOn("h2");
    }

    @Test
    void in_a_migration_and_where_it_does_not_run_nothing_is_done() {
        List<Optional<String>> refusals = new ArrayList<>();
        cluster.migrate(MigrationOptions.live().at(MigrationPhase.COPYING, () -> {
            refusals.add(suspend("h1"));
            refusals.add(suspend("h2"));
        }));
        refusals.add(suspend("h3"));

        assertThat(refusals)
                .hasSize(3)
                .allSatisfy(r -> assertThat(r)
                        .hasValueSatisfying(
                                t -> assertThat(t).startsWith("it is not simply active here any more, but ")));
        cluster.webOnlyOn("h2");
    }
}
