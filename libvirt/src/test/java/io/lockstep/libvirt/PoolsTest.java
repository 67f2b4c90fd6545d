package io.lockstep.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PoolsTest {

    @Test
    void a_pool_without_a_path_and_one_that_cannot_be_read_are_left_out() {
        String vg = "<pool type='logical'><name>vg0</name><source><name>vg0</name></source>"
                + "<target><path>/dev/vg0</path></target></pool>";
        String network = "<pool type='rbd'><name>far</name><source><name>far</name></source></pool>";

        assertThat(Pools.targets(List.of(network, "<pool", vg))).isEqualTo(Map.of("vg0", "/dev/vg0"));
    }
}
