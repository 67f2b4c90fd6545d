package io.lockstep.lvm.devicemapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.core.volume.LvUuid;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.VolumeName;
import io.lockstep.lvm.FakeFileSystem;
import io.lockstep.lvm.command.UnreadableOutputException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceMapperTest {

    private static final String VG = "taWsEO6izwqj6QcJf03xINnKuux9I32r";
    private static final LvUuid D1_A = new LvUuid("j2hSQS-PryZ-pKgm-5oY0-0pI6-dVfO-RgW4Uf");
    private static final LvUuid POOL = new LvUuid("CFsMzj-WNAG-qgf3-U44p-pYap-zWBk-pl3pcG");

    @TempDir
    Path root;

    private FakeFileSystem files;

    @BeforeEach
    void aHost() throws Exception {
        files = new FakeFileSystem(root);
        files.device(1, "vg0-d1_a", "LVM-" + VG + D1_A.plain());
        files.device(2, "vg0-tp-tpool", "LVM-" + VG + POOL.plain() + "-tpool");
        files.device(3, "crypt", "CRYPT-LUKS2-abc");
    }

    @Test
    void sysfs_shows_volumes_and_layers_of_volumes() throws Exception {
        DmTable table = new Sysfs(root).table();
        assertThat(table.active(D1_A)).isTrue();
        assertThat(table.of(POOL).orElseThrow().volume()).isEmpty();
        assertThat(table.named(VolumeName.of("vg0/d1_a"))).contains(D1_A);
        assertThat(table.group(new VgName("other"), Optional.of("taWsEO-6izw-qj6Q-cJf0-3xIN-nKuu-x9I32r")))
                .hasSize(2);
        assertThat(table.group(new VgName("vg0"), Optional.empty())).hasSize(1);
        assertThat(table.devices()).allMatch(DmDevice::open);
    }

    @Test
    void dmsetup_tells_what_is_open() throws Exception {
        // The form is recorded: vg0-d1_a:1 for -o name,open, with the same separator.
        DmTable table = DmTable.parse(
                "LVM-" + VG + D1_A.plain() + ":vg0-d1_a:1\n" + "LVM-" + VG + POOL.plain() + ":vg0-tp:0\n:odd:name:0\n");
        assertThat(table.of(D1_A).orElseThrow().open()).isTrue();
        assertThat(table.of(POOL).orElseThrow().open()).isFalse();
        assertThat(table.devices()).extracting(DmDevice::name).contains("odd:name");
        assertThat(DmTable.parse("No devices found\n").devices()).isEmpty();
        assertThatThrownBy(() -> DmTable.parse("Command failed.")).isInstanceOf(UnreadableOutputException.class);
    }

    @Test
    void a_dash_in_a_name_is_doubled() {
        VolumeName name = VolumeName.of("vg-x/lv-y");
        DmDevice device = new DmDevice("vg--x-lv--y", "", false);
        assertThat(DmDevice.spelling(name)).isEqualTo(device.name());
        assertThat(device.volumeName()).contains(name);
    }

    @Test
    void links_are_followed_whether_or_not_anything_is_at_their_end() throws Exception {
        files.link("dev/vg0/d1_a", "../dm-1");
        files.link("dev/mapper/vg0-d1_a", "../dm-1");
        files.link("srv/disk", "/dev/vg0/d1_a");
        files.link("images", "/srv");
        files.link("dev/round", "round");
        HostDevices devices = new HostDevices(root);

        assertThat(devices.follow("/dev/mapper/vg0-d1_a")).isEqualTo("/dev/dm-1");
        assertThat(devices.follow("/srv/disk")).isEqualTo("/dev/dm-1");
        assertThat(devices.follow("/images/disk")).isEqualTo("/dev/dm-1");
        assertThat(devices.follow("/images/none")).isEqualTo("/srv/none");
        assertThat(devices.follow("/dev//dm-1")).isEqualTo("/dev//dm-1");
        assertThat(devices.follow("/nowhere/at/all")).isEqualTo("/nowhere/at/all");
        assertThat(devices.follow("/dev/round")).isEqualTo("/dev/round");
        assertThat(devices.follow("relative")).isEqualTo("relative");
    }

    @Test
    void where_a_path_leads_is_hidden_when_nothing_is_visible_there() throws Exception {
        files.link("dev/vg0/d1_a", "../dm-1");
        files.link("srv/disk", "/dev/vg0/gone");
        files.link("srv/home", "/home/me/disk");
        files.file("srv/image", "");
        files.file("srv/image-too", "");
        HostDevices devices = new HostDevices(root);

        assertThat(devices.hidden("/root/web")).contains("nothing is visible from here at /root/web");
        assertThat(devices.hidden("/srv/home")).contains("nothing is visible from here at /home/me/disk");
        assertThat(devices.hidden("/srv/image/below")).isPresent();
        assertThat(devices.hidden("/srv/disk")).isEmpty();
        assertThat(devices.hidden("/srv/image")).isEmpty();
        assertThat(devices.hidden("/dev/vg0/gone")).isEmpty();
        assertThat(devices.hidden("/dev/vg0/d1_a")).isEmpty();
    }

    @Test
    void a_number_leads_to_the_volume_but_not_a_layer_of_one() {
        HostDevices devices = new HostDevices(root);
        assertThat(devices.deviceMapper(1)).contains(D1_A);
        assertThat(devices.deviceMapper(2)).isEmpty();
        assertThat(devices.deviceMapper(3)).isEmpty();
        assertThat(devices.deviceMapper(99)).isEmpty();
    }

    @Test
    void who_has_a_device_open_is_found_by_its_files_and_what_stands_on_it() throws Exception {
        files.file("proc/4711/comm", "qemu-system-x86\n");
        files.link("proc/4711/fd/12", "/dev/dm-1");
        files.file("proc/1/comm", "init\n");
        files.link("proc/1/fd/0", "/dev/null");
        files.file("sys/class/block/dm-2/holders/dm-9/dev", "253:9");
        DmTable table = new Sysfs(root).table();
        Openers openers = new Openers(root);

        assertThat(openers.of(table.of(D1_A).orElseThrow())).isEqualTo("qemu-system-x86 (pid 4711)");
        assertThat(openers.of(table.of(POOL).orElseThrow())).isEqualTo("device dm-9");
        assertThat(openers.of(new DmDevice("gone", "LVM-gone", true))).isEmpty();
    }

    /** The numbers of {@code strace dmsetup info} and of linux/dm-ioctl.h. */
    @Test
    void the_kernel_is_asked_for_the_status_of_a_device_by_its_uuid() throws Exception {
        MemorySegment request = Arena.ofAuto().allocate(DeviceMapper.SIZE);
        DeviceMapper.asked(request, "LVM-" + VG + D1_A.plain());

        assertThat(DeviceMapper.DM_DEV_STATUS).isEqualTo(0xC138FD07L);
        assertThat(request.get(ValueLayout.JAVA_INT, 0)).isEqualTo(4);
        assertThat(request.get(ValueLayout.JAVA_INT, 12)).isEqualTo(312);
        assertThat(request.getString(176)).isEqualTo("LVM-" + VG + D1_A.plain());
        assertThat(request.getString(48)).as("no name beside the UUID").isEmpty();
    }

    @Test
    void a_device_is_open_when_the_kernel_counts_one_that_has_it_open() {
        MemorySegment answer = Arena.ofAuto().allocate(DeviceMapper.SIZE);
        assertThat(DeviceMapper.answered(answer)).isFalse();

        answer.set(ValueLayout.JAVA_INT, 24, 1);
        assertThat(DeviceMapper.answered(answer)).isTrue();
    }

    @Test
    void what_is_too_long_for_a_uuid_is_not_asked_for() {
        MemorySegment request = Arena.ofAuto().allocate(DeviceMapper.SIZE);

        assertThatThrownBy(() -> DeviceMapper.asked(request, "LVM-" + "x".repeat(125)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("too long");
    }

    /** Where there is no device-mapper, as on most build machines, it says so instead of guessing. */
    @Test
    void what_the_kernel_does_not_tell_is_not_guessed() throws Exception {
        DmTable table = new Sysfs(root).table();
        if (Files.exists(Path.of("/dev/mapper/control"))) {
            // None of these devices exists here.
            assertThat(DeviceMapper.ofThisHost().of(table).devices())
                    .extracting(DmDevice::name)
                    .containsExactly("crypt");
        } else {
            assertThatThrownBy(() -> DeviceMapper.ofThisHost().of(table))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("/dev/mapper/control");
        }
    }
}
