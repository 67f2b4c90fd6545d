package io.lockstep.lvm;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.core.volume.LvUuid;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeName;
import io.lockstep.lvm.devicemapper.DmDevice;
import io.lockstep.lvm.devicemapper.DmTable;
import io.lockstep.lvm.devicemapper.OpenCounts;
import io.lockstep.lvm.devicemapper.Sysfs;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClosingTest {

    private static final String VG = "taWsEO6izwqj6QcJf03xINnKuux9I32r";
    private static final LvUuid UUID = new LvUuid("j2hSQS-PryZ-pKgm-5oY0-0pI6-dVfO-RgW4Uf");
    private static final Volume D1_A = new Volume(VolumeName.of("vg0/d1_a"), UUID);

    @TempDir
    Path root;

    private final AtomicInteger asked = new AtomicInteger();

    @BeforeEach
    void aVolume() throws Exception {
        new FakeFileSystem(root).device(1, "vg0-d1_a", "LVM-" + VG + UUID.plain());
    }

    /** A device that is closed when it is asked for the so many-th time. */
    private OpenCounts closedAt(int look) {
        return devices -> new DmTable(devices.devices().stream()
                .map(d -> new DmDevice(d.name(), d.uuid(), asked.get() < look))
                .peek(d -> asked.incrementAndGet())
                .toList());
    }

    private Set<Volume> await(OpenCounts openCounts) {
        return new Closing(new Sysfs(root), openCounts).await(Set.of(D1_A));
    }

    @Test
    void a_volume_that_is_open_for_another_moment_is_waited_for() {
        assertThat(await(closedAt(3))).containsExactly(D1_A);
        assertThat(asked).hasValue(4);
    }

    @Test
    void one_that_stays_open_is_not_closed_in_the_end() {
        assertThat(await(closedAt(Integer.MAX_VALUE))).isEmpty();
    }

    @Test
    void where_nobody_can_tell_nothing_is_closed() {
        assertThat(await(OpenCounts.NOT_HERE)).isEmpty();
    }
}
