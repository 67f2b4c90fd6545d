package io.lockstep.core.claim;

import static io.lockstep.core.Samples.D1;
import static io.lockstep.core.Samples.D1_A;
import static io.lockstep.core.Samples.D1_B;
import static io.lockstep.core.volume.LockMode.EXCLUSIVE;
import static io.lockstep.core.volume.LockMode.SHARED;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.core.domain.DiskSource;
import io.lockstep.core.domain.DomainDefinition;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.Volume;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClaimModesTest {

    private static final Map<DiskSource.Source, Volume> VOLUMES = Map.of(
            new DiskSource.Device("/dev/vg0/d1_a"), D1_A,
            new DiskSource.Device("/dev/dm-1"), D1_A,
            new DiskSource.PoolVolume("guests", "d1_b"), D1_B);

    @Test
    void the_strongest_mode_counts_whatever_the_order_and_the_spelling() {
        DiskSource shared = disk(new DiskSource.Device("/dev/dm-1"), SHARED);
        DiskSource exclusive = disk(new DiskSource.Device("/dev/vg0/d1_a"), EXCLUSIVE);
        assertThat(modes(shared, exclusive)).containsExactly(Map.entry(D1_A, EXCLUSIVE));
        assertThat(modes(exclusive, shared)).containsExactly(Map.entry(D1_A, EXCLUSIVE));
    }

    @Test
    void what_is_no_volume_of_ours_is_no_claim() {
        assertThat(modes(
                        disk(new DiskSource.Device("/dev/sr0"), SHARED),
                        disk(new DiskSource.PoolVolume("guests", "d1_b"), SHARED)))
                .containsExactly(Map.entry(D1_B, SHARED));
        assertThat(modes()).isEmpty();
    }

    private static Map<Volume, LockMode> modes(DiskSource... disks) {
        return ClaimModes.of(
                new DomainDefinition(D1, "d1", List.of(disks), Optional.empty()),
                source -> Optional.ofNullable(VOLUMES.get(source)));
    }

    private static DiskSource disk(DiskSource.Source source, LockMode mode) {
        return new DiskSource("vda", source, mode);
    }
}
