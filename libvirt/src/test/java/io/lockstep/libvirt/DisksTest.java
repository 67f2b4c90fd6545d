package io.lockstep.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.core.xml.XmlRefusedException;
import org.junit.jupiter.api.Test;

class DisksTest {

    private static final String DATA = """
            <disk type='block' device='disk'>
                  <driver name='qemu' type='raw'/>
                  <source dev='/dev/vg0/data' index='2'/>
                  <target dev='vdb' bus='virtio'/>
                </disk>""";
    private static final String DOMAIN = """
            <domain type='qemu' id='1'>
              <name>web &lt;1&gt;</name>
              <metadata><x:disk xmlns:x='urn:x'><target dev='vdb'/></x:disk></metadata>
              <devices>
                <!-- <disk><target dev='vdb'/></disk> -->
                <disk type='block' device='disk'><target dev='vda'/></disk>
                <interface type='network'><target dev='vdc'/></interface>
                %s
              </devices>
            </domain>
            """.formatted(DATA);

    @Test
    void a_disk_is_found_by_its_target_and_cut_out_as_it_is_written() throws XmlRefusedException {
        assertThat(Disks.withTarget(DOMAIN, "vdb")).contains(DATA);
    }

    @Test
    void targets_of_other_devices_are_no_disks() throws XmlRefusedException {
        assertThat(Disks.withTarget(DOMAIN, "vdc")).isEmpty();
        assertThat(Disks.withTarget(DOMAIN, "vd")).isEmpty();
    }

    @Test
    void the_target_of_a_disk_element_is_read() throws XmlRefusedException {
        assertThat(Disks.target(DATA)).isEqualTo("vdb");
    }

    @Test
    void what_is_no_disk_with_a_target_is_refused() {
        assertThatThrownBy(() -> Disks.target("<interface/>")).hasMessage("it is not a <disk> but a <interface>");
        assertThatThrownBy(() -> Disks.target("<disk/>")).hasMessageContaining("no <target");
        assertThatThrownBy(() -> Disks.target("vdb")).isInstanceOf(XmlRefusedException.class);
    }
}
