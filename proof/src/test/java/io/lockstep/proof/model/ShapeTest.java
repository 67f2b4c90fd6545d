package io.lockstep.proof.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.volume.LockMode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShapeTest {

    private static final Configuration THREE_HOSTS = new Configuration(
            "three",
            "three hosts",
            3,
            List.of(LockMode.EXCLUSIVE),
            true,
            Map.of(Stimulus.STARTS, 1, Stimulus.MIGRATIONS, 2));

    private final Shape shape = new Shape(THREE_HOSTS);

    private World migrating(int source, int target) {
        World world = new World(shape);
        world.migration(0, Phase.COPYING, source, target);
        world.guest(source, 0, Guest.OUTGOING);
        world.guest(target, 0, Guest.INCOMING);
        world.lock(source, LockMode.SHARED);
        world.sent(1, 0, source, 2);
        world.sight(target, 0, OwnDomain.POST_COPY_FAILED, 2);
        world.round(3, target, source, true);
        return world;
    }

    private long[] written(World world) {
        long[] to = new long[shape.longs];
        shape.write(world, to);
        return to;
    }

    @Test
    void what_is_written_is_read_again() {
        World world = migrating(0, 1);

        World read = shape.read(written(world));

        assertThat(written(read)).isEqualTo(written(world));
        int source = read.source(0);
        assertThat(read.phase(0)).isEqualTo(Phase.COPYING);
        assertThat(read.guest(source, 0)).isEqualTo(Guest.OUTGOING);
        assertThat(read.lock(source)).isEqualTo(LockMode.SHARED);
        assertThat(read.guest(read.target(0), 0)).isEqualTo(Guest.INCOMING);
        assertThat(read.sight(read.target(0), 0)).isEqualTo(OwnDomain.POST_COPY_FAILED);
        assertThat(read.shareSource(1)).isEqualTo(source);
        assertThat(read.lookedFirst()).isEqualTo(read.target(0));
    }

    @Test
    void which_host_is_which_makes_no_difference() {
        assertThat(written(migrating(2, 0))).isEqualTo(written(migrating(0, 1)));
        assertThat(written(migrating(1, 2))).isEqualTo(written(migrating(0, 1)));
    }

    @Test
    void which_way_a_migration_goes_does() {
        World other = migrating(0, 1);
        other.lock(0, LockMode.UNLOCKED);
        other.lock(1, LockMode.SHARED);

        assertThat(written(other)).isNotEqualTo(written(migrating(0, 1)));
    }

    @Test
    void a_configuration_that_does_not_fit_is_refused() {
        assertThatThrownBy(() -> new Configuration("huge", "too many", 4, List.of(LockMode.EXCLUSIVE), false, Map.of()))
                .hasMessageContaining("huge: two or three hosts");
        assertThatThrownBy(() -> new Configuration(
                        "often", "too often", 2, List.of(LockMode.EXCLUSIVE), false, Map.of(Stimulus.STARTS, 4)))
                .hasMessageContaining("at most 3 times, not 4");
    }
}
