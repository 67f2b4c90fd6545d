package io.lockstep.core.volume;

import static io.lockstep.core.Samples.D1_A;
import static io.lockstep.core.Samples.D1_B;
import static io.lockstep.core.Samples.DASHES;
import static io.lockstep.core.Samples.linear;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.core.port.Devices;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VolumeTableTest {

    private static final VolumeTable TABLE = new VolumeTable(Map.of(
            new VgName("vg0"), List.of(linear(D1_A), linear(D1_B)), new VgName("vg-x"), List.of(linear(DASHES))));

    private final Devices devices = new Devices() {
        @Override
        public String follow(String path) {
            return switch (path) {
                case "/srv/disks/web", "/dev/disk/by-label/web" -> "/dev/dm-1";
                case "/srv/disks/named" -> "/dev/mapper/vg--x-lv--y";
                case "/dev/disk/by-uuid/local" -> "/dev/dm-9";
                case "/srv/disks/gone" -> "/srv/nowhere";
                default -> path;
            };
        }

        @Override
        public Optional<LvUuid> deviceMapper(int minor) {
            return switch (minor) {
                case 1 -> Optional.of(D1_A.uuid());
                case 9 -> Optional.of(new LvUuid("aaaaaa-aaaa-aaaa-aaaa-aaaa-aaaa-aaaaaa"));
                default -> Optional.empty();
            };
        }
    };

    @ParameterizedTest
    @CsvSource({
        "/dev/vg0/d1_a, vg0/d1_a",
        "/dev/mapper/vg0-d1_b, vg0/d1_b",
        "/dev/mapper/vg--x-lv--y, vg-x/lv-y",
        "/dev/dm-1, vg0/d1_a",
        "/dev/disk/by-id/dm-uuid-LVM-WqR6m3Kc1iQe0xZt5sYbN8uVh2LpJ7aDjgGbKJfpYp9GdxD9IUDjs7yp17Dh1Mr6, vg0/d1_b",
        "/srv/disks/web, vg0/d1_a",
        "/dev/disk/by-label/web, vg0/d1_a",
        "/srv/disks/named, vg-x/lv-y"
    })
    void every_spelling_and_every_link_leads_to_the_volume(String path, String name) {
        assertThat(TABLE.resolve(path, devices).map(Volume::name)).contains(VolumeName.of(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/dev/vg0/unknown",
                "/dev/vg9/d1_a",
                "/dev/dm-2",
                "/dev/dm-9",
                "/dev/disk/by-uuid/local",
                "/dev/sr0",
                "/srv/disks/gone",
                "/var/lib/libvirt/images/cd.iso",
                "vg0/d1_a",
                "",
            })
    void what_is_no_volume_of_ours_is_nothing_and_no_error(String path) {
        assertThat(TABLE.resolve(path, devices)).isEmpty();
    }

    @Test
    void a_relative_path_is_not_followed() {
        Devices careless = new Devices() {
            @Override
            public String follow(String path) {
                return "/dev/vg0/d1_a";
            }

            @Override
            public Optional<LvUuid> deviceMapper(int minor) {
                return Optional.empty();
            }
        };
        assertThat(TABLE.resolve("web", careless)).isEmpty();
    }

    @Test
    void a_renamed_volume_is_found_under_its_new_name() {
        Volume before = new Volume(VolumeName.of("vg0/old"), D1_A.uuid());
        assertThat(TABLE.info(before).map(i -> i.volume().name())).contains(D1_A.name());
    }

    @Test
    void a_volume_is_found_by_name_and_by_uuid_and_an_empty_table_finds_none() {
        assertThat(TABLE.find(D1_B.name())).contains(D1_B);
        assertThat(TABLE.find(D1_B.uuid())).contains(D1_B);
        assertThat(VolumeTable.EMPTY.find(D1_B.name())).isEmpty();
        assertThat(VolumeTable.EMPTY.find(D1_B.uuid())).isEmpty();
    }
}
