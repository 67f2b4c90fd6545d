package io.lockstep.agent.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.agent.lane.LaneSettings;
import io.lockstep.agent.lane.Lanes;
import io.lockstep.agent.lane.Needs;
import io.lockstep.agent.lane.VgLane;
import io.lockstep.agent.libvirt.DomainWatch;
import io.lockstep.core.claim.Need;
import io.lockstep.core.domain.DomainDefinition;
import io.lockstep.core.domain.DomainXml;
import io.lockstep.core.port.Devices;
import io.lockstep.core.port.HostPlatform;
import io.lockstep.core.volume.LvUuid;
import io.lockstep.core.volume.VgReading;
import io.lockstep.core.volume.Volume;
import io.lockstep.simulator.Cluster;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

class VolumesTest {

    private final Cluster cluster = Cluster.named("h1").volumeGroup("vg0").volumes("vg0/a");
    private final HostPlatform platform = cluster.host("h1").platform();
    private Optional<String> hidden = Optional.empty();

    private Volumes volumes() {
        Needs nothing = new Needs() {
            @Override
            public SortedMap<Volume, Need> now() {
                return Collections.emptySortedMap();
            }

            @Override
            public Set<Volume> ours(VgReading reading) {
                return Set.of();
            }
        };
        Devices devices = new Devices() {
            @Override
            public String follow(String path) {
                return path.equals("/root/link") && hidden.isEmpty() ? "/dev/vg0/a" : path;
            }

            @Override
            public Optional<String> hidden(String path) {
                return path.startsWith("/dev/") ? Optional.empty() : hidden;
            }

            @Override
            public Optional<LvUuid> deviceMapper(int minor) {
                return Optional.empty();
            }
        };
        Lanes lanes = new Lanes(
                platform.lockManager(),
                vg -> true,
                vg -> new VgLane(vg, platform.lockManager(), nothing, cluster.time(), LaneSettings.DEFAULT, () -> {}),
                Set::of,
                Runnable::run);
        lanes.refresh();
        DomainWatch watch =
                new DomainWatch(platform.hypervisor(), cluster.time(), DomainWatch.WatchSettings.DEFAULT, Set::of);
        return new Volumes(lanes, devices, watch);
    }

    private static DomainDefinition domain(String disk) {
        String xml = "<domain type='kvm'><name>web</name><uuid>11111111-0000-0000-0000-000000000001</uuid><devices>"
                + disk + "</devices></domain>";
        return ((DomainXml.Parsed) DomainXml.parse(xml.getBytes(StandardCharsets.UTF_8))).domain();
    }

    private static DomainDefinition block(String path) {
        return domain("<disk type='block'><source dev='" + path + "'/><target dev='vda'/></disk>");
    }

    @Test
    void a_link_outside_dev_is_the_volume_that_it_leads_to() throws Exception {
        assertThat(volumes().modes(block("/root/link"))).hasSize(1);
    }

    @Test
    void a_block_device_of_which_nobody_can_tell_where_it_leads_is_not_taken_for_none_of_ours() throws Exception {
        hidden = Optional.of("nothing is visible from here at /root/link");

        assertThatThrownBy(() -> volumes().modes(block("/root/link")))
                .isInstanceOf(UnresolvedDiskException.class)
                .hasMessageContaining("disk vda")
                .hasMessageContaining("nothing is visible from here at /root/link");
        assertThatThrownBy(() -> volumes().known(block("/root/link"))).isInstanceOf(UnresolvedDiskException.class);
        assertThat(volumes().modes(block("/dev/vg0/a"))).hasSize(1);
    }

    @Test
    void an_image_file_on_a_file_system_that_does_not_answer_is_no_block_device() throws Exception {
        hidden = Optional.of("the file system of /mnt/cd.iso does not answer");

        assertThat(
                        volumes()
                                .modes(
                                        domain(
                                                "<disk type='file' device='cdrom'><source file='/mnt/cd.iso'/><target dev='sda'/></disk>")))
                .isEmpty();
    }
}
