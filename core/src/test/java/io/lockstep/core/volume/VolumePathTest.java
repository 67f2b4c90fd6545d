package io.lockstep.core.volume;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VolumePathTest {

    private static final String VG = "WqR6m3Kc1iQe0xZt5sYbN8uVh2LpJ7aD";

    @ParameterizedTest
    @CsvSource(textBlock = """
                    /dev/vg0/d1_a,                              vg0/d1_a
                    /dev/mapper/vg0-d1_a,                       vg0/d1_a
                    /dev/disk/by-id/dm-name-vg0-d1_a,           vg0/d1_a
                    /dev/vg-x/lv-y,                             vg-x/lv-y
                    /dev/mapper/vg--x-lv--y,                    vg-x/lv-y
                    /dev/disk/by-id/dm-name-vg--x-lv--y,        vg-x/lv-y
                    /dev/mapper/a---b,                          a-/b
                    /dev/mapper/a----b-c,                       a--b/c
                    /dev/mapper/vg0-a--tpool,                   vg0/a-tpool
                    //dev///vg0//d1_a,                          vg0/d1_a
                    /dev/./vg0/./d1_a,                          vg0/d1_a
                    /dev/vg0/d1_a/,                             vg0/d1_a
                    /dev/mapper/../vg0/d1_a,                    vg0/d1_a
                    /run/../dev/vg0/d1_a,                       vg0/d1_a
                    /../../dev/vg0/d1_a,                        vg0/d1_a
                    /dev/disk/data,                             disk/data
                    /dev/vg+1.x/lv_2,                           vg+1.x/lv_2
                    """)
    void a_spelling_by_name_gives_the_name(String path, String name) {
        assertThat(VolumePath.of(path)).isEqualTo(new VolumePath.Named(VolumeName.of(name)));
    }

    @ParameterizedTest
    @CsvSource({"/dev/dm-0, 0", "/dev/dm-17, 17", "/dev//dm-3, 3", "/dev/dm-1048575, 1048575"})
    void a_device_mapper_node_gives_its_minor_number(String path, int minor) {
        assertThat(VolumePath.of(path)).isEqualTo(new VolumePath.Minor(minor));
    }

    @Test
    void a_device_mapper_uuid_gives_the_volumes_half() {
        assertThat(VolumePath.of("/dev/disk/by-id/dm-uuid-LVM-" + VG + "j2hSQSPryZpKgm5oY00pI6dVfORgW4Uf"))
                .isEqualTo(new VolumePath.Identified(new LvUuid("j2hSQS-PryZ-pKgm-5oY0-0pI6-dVfO-RgW4Uf")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/dev",
                "/dev/",
                "/dev/sda",
                "/dev/mapper",
                "/dev/mapper/control",
                "/dev/mapper/vg0-pool-tpool",
                "/dev/mapper/vg0-d1_a-real",
                "/dev/mapper/vg0-snap-cow",
                "/dev/mapper/vg0-",
                "/dev/mapper/-d1_a",
                "/dev/mapper/mpatha",
                "/dev/mapper/vg0-d1\\x2fa",
                "/dev/disk/by-id",
                "/dev/disk/by-uuid/7b1c",
                "/dev/disk/by-path/pci-0000:00:1f.2-ata-1",
                "/dev/disk/by-id/ata-DISK_1",
                "/dev/disk/by-id/dm-name-vg0-pool-tpool",
                "/dev/disk/by-id/dm-uuid-LVM-short",
                "/dev/disk/by-id/dm-uuid-mpath-3600",
                "/dev/disk/by-id/lvm-pv-uuid-j2hSQS",
                "/dev/block/253:4",
                "/dev/dm-",
                "/dev/dm-01",
                "/dev/dm-1048576",
                "/dev/dm-99999999999999999999",
                "/dev/vg0",
                "/dev/vg0/d1_a/x",
                "/dev/vg0/-d",
                "/dev/vg0/d 1",
                "/dev/vg0/d1_ä",
                "/dev/vg0/d1\u0000",
                "/dev/vg0/../sda",
                "/var/lib/libvirt/images/d1.qcow2",
                "/srv/dev/vg0/d1_a",
                "dev/vg0/d1_a",
                "../dev/vg0/d1_a",
                "vg0/d1_a",
            })
    void anything_else_is_no_spelling_of_a_volume(String path) {
        assertThat(VolumePath.of(path)).isInstanceOf(VolumePath.Other.class);
    }

    @Test
    void a_layer_inside_a_volume_is_not_the_volume() {
        assertThat(VolumePath.of("/dev/disk/by-id/dm-uuid-LVM-" + VG + "j2hSQSPryZpKgm5oY00pI6dVfORgW4Uf-tpool"))
                .isInstanceOf(VolumePath.Other.class);
    }

    @Test
    void a_name_that_is_too_long_for_lvm_is_no_spelling() {
        assertThat(VolumePath.of("/dev/vg0/" + "x".repeat(128))).isInstanceOf(VolumePath.Other.class);
        assertThat(VolumePath.of("/dev/vg0/" + "x".repeat(127))).isInstanceOf(VolumePath.Named.class);
    }

    @Test
    void another_path_is_kept_without_what_says_nothing() {
        assertThat(VolumePath.of("//srv/./a/../b/")).isEqualTo(new VolumePath.Other("/srv/b"));
    }

    @ParameterizedTest
    @CsvSource({
        "/dev/vg0/d1_a, true",
        "//dev/sda, true",
        "/srv/../dev/sda, true",
        "/dev, false",
        "/dev/../etc/x, false",
        "/device/x, false",
        "dev/x, false",
        "'', false"
    })
    void only_a_path_below_dev_counts_as_a_device(String path, boolean device) {
        assertThat(VolumePath.underDev(path)).isEqualTo(device);
    }
}
