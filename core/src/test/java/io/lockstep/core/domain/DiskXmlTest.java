package io.lockstep.core.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.core.volume.LockMode;
import io.lockstep.core.xml.XmlRefusedException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DiskXmlTest {

    private static DiskXml.Options options(boolean readOnly, boolean shareable) {
        return new DiskXml.Options("virtio", "raw", "none", Optional.of("backup-1"), readOnly, shareable);
    }

    @Test
    void a_volume_becomes_a_disk_that_claims_it_exclusively() {
        DiskXml disk = DiskXml.of("/dev/vg0/x", "vdb", options(false, false));

        assertThat(disk.text()).isEqualTo("""
                <disk type='block' device='disk'>
                  <driver name='qemu' type='raw' cache='none'/>
                  <source dev='/dev/vg0/x'/>
                  <target dev='vdb' bus='virtio'/>
                  <serial>backup-1</serial>
                </disk>""");
        assertThat(disk.sources())
                .containsExactly(new DiskSource("vdb", new DiskSource.Device("/dev/vg0/x"), LockMode.EXCLUSIVE));
    }

    @Test
    void a_read_only_or_shareable_disk_claims_it_shared() {
        assertThat(DiskXml.of("/dev/vg0/x", "vdb", options(true, false)).sources())
                .extracting(DiskSource::mode)
                .containsExactly(LockMode.SHARED);
        assertThat(DiskXml.of("/dev/vg0/x", "vdb", options(false, true)).sources())
                .extracting(DiskSource::mode)
                .containsExactly(LockMode.SHARED);
    }

    @Test
    void layers_and_mirrors_of_a_given_element_count_too() throws XmlRefusedException {
        assertThat(DiskXml.read("""
                        <?xml version='1.0'?>
                        <disk type='block'><source dev='/dev/v/a'/>
                          <backingStore type='block'><source dev='/dev/v/b'/></backingStore><target dev='sdc'/></disk>""").sources())
                .extracting(DiskSource::source, DiskSource::mode)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(new DiskSource.Device("/dev/v/a"), LockMode.EXCLUSIVE),
                        org.assertj.core.groups.Tuple.tuple(new DiskSource.Device("/dev/v/b"), LockMode.SHARED));
    }

    @Test
    void what_is_no_disk_is_refused() {
        assertThatThrownBy(() -> DiskXml.read("<interface/>")).hasMessageContaining("it is not a <disk>");
        assertThatThrownBy(() -> DiskXml.read("<disk type='block'><source dev='/dev/v/a'/></disk>"))
                .hasMessageContaining("<target dev=");
        assertThatThrownBy(() -> DiskXml.read("<disk><target dev='vdb'/></disk><disk/>"))
                .isInstanceOf(XmlRefusedException.class);
    }

    @Test
    void a_word_that_would_end_an_attribute_is_refused() {
        assertThatThrownBy(() -> DiskXml.of("/dev/vg0/x", "vdb'/><x a='", options(false, false)))
                .hasMessageContaining("target: ");
        assertThatThrownBy(() -> new DiskXml.Options("virtio", "raw'", "none", Optional.empty(), false, false))
                .hasMessageContaining("format: ");
    }
}
