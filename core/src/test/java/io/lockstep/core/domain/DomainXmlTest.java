package io.lockstep.core.domain;

import static io.lockstep.core.volume.LockMode.EXCLUSIVE;
import static io.lockstep.core.volume.LockMode.SHARED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lockstep.core.Recordings;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.volume.LockMode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DomainXmlTest {

    private static final String UUID = "11111111-0000-0000-0000-000000000001";

    @ParameterizedTest
    @ValueSource(strings = {"22-normal-prepare.xml", "22-incoming-prepare.xml"})
    void a_recorded_prepare_lists_its_two_disks_and_no_token(String recording) {
        assertThat(parsed(Recordings.bytes(recording)))
                .isEqualTo(new DomainDefinition(
                        DomainUuid.of(UUID),
                        "d1",
                        List.of(disk("vda", "/dev/vg0/d1_a", EXCLUSIVE), disk("vdb", "/dev/vg0/d1_b", EXCLUSIVE)),
                        java.util.Optional.empty()));
    }

    @Test
    void every_hook_of_a_recorded_migration_gets_the_same_disks() {
        assertThat(Recordings.documents()).containsOnlyKeys("migrate", "prepare", "start", "started");
        assertThat(Recordings.documents().values())
                .extracting(xml -> parsed(xml).disks())
                .containsOnly(
                        List.of(disk("vda", "/dev/vg0/d1_a", EXCLUSIVE), disk("vdb", "/dev/vg0/d1_b", EXCLUSIVE)));
    }

    static Stream<Arguments> devices() {
        return Stream.of(
                arguments(
                        "a writable disk",
                        "<disk type='block' device='disk'><source dev='/dev/v/a'/><target dev='vda'/></disk>",
                        List.of(disk("vda", "/dev/v/a", EXCLUSIVE))),
                arguments(
                        "a shareable disk, said after the source",
                        "<disk type='block'><source dev='/dev/v/a'/><target dev='vda'/><shareable/></disk>",
                        List.of(disk("vda", "/dev/v/a", SHARED))),
                arguments(
                        "a read-only disk, said before the source",
                        "<disk type='block'><readonly/><target dev='vda'/><source dev='/dev/v/a'/></disk>",
                        List.of(disk("vda", "/dev/v/a", SHARED))),
                arguments(
                        "a LUN passed through",
                        "<disk type='block' device='lun'><source dev='/dev/v/a'/><target dev='sda' bus='scsi'/></disk>",
                        List.of(disk("sda", "/dev/v/a", EXCLUSIVE))),
                arguments(
                        "a CD-ROM without a medium",
                        "<disk type='block' device='cdrom'><target dev='hda'/><readonly/></disk>",
                        List.of()),
                arguments(
                        "a CD-ROM on a volume, which libvirt always makes read-only",
                        "<disk type='block' device='cdrom'><source dev='/dev/v/iso' startupPolicy='optional'/><target"
                                + " dev='hda'/></disk>",
                        List.of(disk("hda", "/dev/v/iso", SHARED))),
                arguments(
                        "a floppy on a volume",
                        "<disk type='block' device='floppy'><source dev='/dev/v/f'/><target dev='fda'/></disk>",
                        List.of(disk("fda", "/dev/v/f", EXCLUSIVE))),
                arguments(
                        "a floppy without a medium",
                        "<disk type='file' device='floppy'><target dev='fda'/></disk>",
                        List.of()),
                arguments(
                        "a disk that has no target",
                        "<disk type='block'><source dev='/dev/v/a'/></disk>",
                        List.of(disk("disk", "/dev/v/a", EXCLUSIVE))),
                arguments(
                        "a source with an index, slices, encryption and reservations",
                        """
                        <disk type='block'><source dev='/dev/v/a' index='3'><slices><slice type='storage' offset='0'
                        size='1'/></slices><encryption format='luks'><secret type='passphrase' uuid='x'/></encryption>
                        <reservations managed='yes'><source type='unix' path='/dev/v/no' mode='client'/></reservations>
                        </source><target dev='vda'/></disk>""",
                        List.of(disk("vda", "/dev/v/a", EXCLUSIVE))),
                arguments(
                        "a chain of backing stores",
                        """
                        <disk type='block'><source dev='/dev/v/top'/><backingStore type='block'><format type='qcow2'/>
                        <source dev='/dev/v/mid'/><backingStore type='file'><source file='/srv/x.qcow2'/><backingStore
                        type='volume'><source pool='p' volume='base'/><backingStore/></backingStore></backingStore>
                        </backingStore><target dev='vda'/></disk>""",
                        List.of(
                                disk("vda", "/dev/v/top", EXCLUSIVE),
                                disk("vda", "/dev/v/mid", SHARED),
                                new DiskSource("vda", new DiskSource.PoolVolume("p", "base"), SHARED))),
                arguments(
                        "a file disk on a backing volume",
                        "<disk type='file'><source file='/srv/top'/><backingStore type='block'><source dev='/dev/v/b'/>"
                                + "</backingStore><target dev='vda'/></disk>",
                        List.of(disk("vda", "/dev/v/b", SHARED))),
                arguments(
                        "data stores, of the top layer and below it",
                        """
                        <disk type='block'><source dev='/dev/v/a'><dataStore type='block'><format type='raw'/><source
                        dev='/dev/v/data'/></dataStore></source><backingStore type='file'><source file='/srv/b'>
                        <dataStore type='block'><source dev='/dev/v/old'/></dataStore></source></backingStore><target
                        dev='vda'/></disk>""",
                        List.of(
                                disk("vda", "/dev/v/a", EXCLUSIVE),
                                disk("vda", "/dev/v/data", EXCLUSIVE),
                                disk("vda", "/dev/v/old", SHARED))),
                arguments(
                        "a data store of a read-only disk",
                        "<disk type='block'><source dev='/dev/v/a'><dataStore type='block'><source dev='/dev/v/d'/>"
                                + "</dataStore></source><readonly/></disk>",
                        List.of(disk("disk", "/dev/v/a", SHARED), disk("disk", "/dev/v/d", SHARED))),
                arguments(
                        "a block copy",
                        """
                        <disk type='block'><source dev='/dev/v/a'/><mirror type='block' job='copy'><format type='raw'/>
                        <source dev='/dev/v/copy'/><backingStore type='block'><source dev='/dev/v/b'/></backingStore>
                        </mirror><target dev='vda'/></disk>""",
                        List.of(
                                disk("vda", "/dev/v/a", EXCLUSIVE),
                                disk("vda", "/dev/v/copy", EXCLUSIVE),
                                disk("vda", "/dev/v/b", SHARED))),
                arguments(
                        "an old block copy to a device",
                        "<disk type='block'><source dev='/dev/v/a'/><mirror type='file' file='/dev/v/c'/></disk>",
                        List.of(disk("disk", "/dev/v/a", EXCLUSIVE), disk("disk", "/dev/v/c", EXCLUSIVE))),
                arguments(
                        "a transient disk",
                        "<disk type='block'><source dev='/dev/v/a'/><transient/></disk>",
                        List.of(disk("disk", "/dev/v/a", EXCLUSIVE))),
                arguments(
                        "a transient disk whose base is shared",
                        "<disk type='block'><source dev='/dev/v/a'/><transient shareBacking='yes'/></disk>",
                        List.of(disk("disk", "/dev/v/a", SHARED))),
                arguments(
                        "a file disk that is a device",
                        "<disk type='file'><source file='//dev/v/a'/></disk><disk><source file='/dev/v/b'/></disk>",
                        List.of(disk("disk", "//dev/v/a", EXCLUSIVE), disk("disk", "/dev/v/b", EXCLUSIVE))),
                arguments(
                        "a pool volume",
                        "<disk type='volume'><source pool='guests' volume='web'/><target dev='vda'/></disk>",
                        List.of(new DiskSource("vda", new DiskSource.PoolVolume("guests", "web"), EXCLUSIVE))),
                arguments(
                        "a pool volume that names no volume",
                        "<disk type='volume'><source pool='guests'/></disk>",
                        List.of()),
                arguments(
                        "the same device twice",
                        "<disk type='block'><source dev='/dev/v/a'/></disk><disk type='block'><source dev='/dev/v/a'/>"
                                + "<readonly/></disk>",
                        List.of(disk("disk", "/dev/v/a", EXCLUSIVE), disk("disk", "/dev/v/a", SHARED))),
                arguments("what is no block device of the host", """
                        <disk type='file'><source file='/var/lib/libvirt/images/x.img'/></disk>
                        <disk type='network'><source protocol='rbd' name='/dev/v/a'/></disk>
                        <disk type='nvme'><source type='pci' namespace='1' managed='yes'/></disk>
                        <disk type='vhostuser'><source type='unix' path='/dev/v/a'/></disk>
                        <disk type='vhostvdpa'><source dev='/dev/vhost-vdpa-0'/></disk>
                        <disk type='dir'><source dir='/dev/v/a'/></disk>
                        <disk type='newer'><source dev='/dev/v/a'/></disk>
                        <hostdev mode='subsystem' type='scsi'><source dev='/dev/v/a'/></hostdev>
                        <filesystem type='mount'><source dir='/dev/v/a'/><target dir='x'/></filesystem>
                        <serial type='dev'><source path='/dev/ttyS0'/></serial>
                        <disk type='block'><source dev=''/></disk>""", List.of()),
                arguments(
                        "a file system on a volume",
                        "<filesystem type='block'><source dev='/dev/v/fs'/><target dir='/'/></filesystem>"
                                + "<filesystem type='block'><source dev='/dev/v/ro'/><readonly/></filesystem>",
                        List.of(disk("/", "/dev/v/fs", EXCLUSIVE), disk("filesystem", "/dev/v/ro", SHARED))),
                arguments(
                        "a TPM whose state is on a volume",
                        "<tpm model='tpm-crb'><backend type='emulator' version='2.0'><source type='file'"
                                + " path='/dev/v/tpm'/></backend></tpm>",
                        List.of(disk("tpm", "/dev/v/tpm", EXCLUSIVE))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("devices")
    void a_device_is_used_as_its_xml_says(String what, String devices, List<DiskSource> disks) {
        assertThat(parsed(domain("<devices>" + devices + "</devices>")).disks())
                .as(what)
                .isEqualTo(disks);
    }

    static Stream<Arguments> firmware() {
        return Stream.of(
                arguments("<nvram>/var/lib/libvirt/qemu/nvram/d1_VARS.fd</nvram>", List.of()),
                arguments("<nvram> /dev/v/vars\n</nvram>", List.of(disk("nvram", "/dev/v/vars", EXCLUSIVE))),
                arguments(
                        "<nvram template='/usr/share/x' type='block'><source dev='/dev/v/vars'/></nvram>",
                        List.of(disk("nvram", "/dev/v/vars", EXCLUSIVE))),
                arguments(
                        "<nvram type='file'><source file='/dev/v/vars'/></nvram>",
                        List.of(disk("nvram", "/dev/v/vars", EXCLUSIVE))),
                arguments("<nvram type='network'><source protocol='iscsi' name='x'/></nvram>", List.of()),
                arguments(
                        "<loader readonly='yes' type='pflash'>/dev/v/code</loader>",
                        List.of(disk("loader", "/dev/v/code", SHARED))),
                arguments(
                        "<loader readonly='no' type='pflash'>/dev/v/code</loader>",
                        List.of(disk("loader", "/dev/v/code", EXCLUSIVE))),
                arguments("<loader type='rom'>/dev/v/code</loader>", List.of(disk("loader", "/dev/v/code", SHARED))),
                arguments("<loader readonly='yes'>/usr/share/OVMF/OVMF_CODE.fd</loader>", List.of()),
                arguments(
                        "<varstore template='/usr/x' path='/dev/v/uefi'/>",
                        List.of(disk("varstore", "/dev/v/uefi", EXCLUSIVE))));
    }

    @ParameterizedTest
    @MethodSource("firmware")
    void firmware_counts_where_it_is_on_a_device(String os, List<DiskSource> disks) {
        assertThat(parsed(domain("<os><type>hvm</type>" + os + "</os>")).disks())
                .isEqualTo(disks);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<metadata><disk type='block'><source dev='/dev/v/a'/></disk></metadata>",
                "<metadata><x:devices xmlns:x='urn:x'><disk type='block'><source dev='/dev/v/a'/></disk></x:devices></metadata>",
                "<devices><x:disk xmlns:x='urn:x' type='block'><source dev='/dev/v/a'/></x:disk></devices>",
                "<devices xmlns='urn:x'><disk type='block'><source dev='/dev/v/a'/></disk></devices>",
                "<devices><disk type='block'><x:source xmlns:x='urn:x' dev='/dev/v/a'/></disk></devices>",
                "<devices><disk type='block'><source xmlns:x='urn:x' x:dev='/dev/v/a'/></disk></devices>",
                "<devices><controller><disk type='block'><source dev='/dev/v/a'/></disk></controller></devices>",
                "<devices><!-- <disk type='block'><source dev='/dev/v/a'/></disk> --></devices>",
                "<description>&lt;disk type='block'></description>",
                "<disk type='block'><source dev='/dev/v/a'/></disk>",
            })
    void what_only_looks_like_a_disk_does_not_count(String xml) {
        assertThat(parsed(domain(xml)).disks()).isEmpty();
    }

    @Test
    void a_path_is_read_with_its_character_references() {
        assertThat(parsed(domain("<devices><disk type='block'><source dev='/dev/v/a&#x62;&amp;'/></disk></devices>"))
                        .disks())
                .containsExactly(disk("disk", "/dev/v/ab&", EXCLUSIVE));
    }

    @ParameterizedTest
    @CsvSource({
        "<name>wéb \uD83D\uDC2E</name>, wéb \uD83D\uDC2E",
        "<name><![CDATA[a<b]]>c</name>, a<bc",
        "<name>first</name><name>second</name>, first",
        "<title>no name</title>, " + UUID
    })
    void the_name_is_for_people_and_may_be_anything(String xml, String name) {
        assertThat(parsed("<domain>" + xml + "<uuid>" + UUID + "</uuid></domain>")
                        .name())
                .isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<lockstep:handover xmlns:lockstep='urn:lockstep:v1' id='22222222-0000-0000-0000-000000000002'/>",
                "<handover xmlns='urn:lockstep:v1' id=\"22222222-0000-0000-0000-000000000002\"></handover>",
                "<a:x xmlns:a='urn:a'/><l:handover xmlns:l='urn:lockstep:v1' id='22222222-0000-0000-0000-000000000002'/>",
                "<l:handover xmlns:l='urn:lockstep:v1' id='nonsense'/>"
                        + "<l:handover xmlns:l='urn:lockstep:v1' id='22222222-0000-0000-0000-000000000002'/>",
            })
    void a_token_in_the_metadata_is_found(String metadata) {
        assertThat(parsed(domain("<metadata>" + metadata + "</metadata>")).token())
                .contains(HandoverId.of("22222222-0000-0000-0000-000000000002"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<metadata/>",
                "<metadata><handover id='22222222-0000-0000-0000-000000000002'/></metadata>",
                "<metadata><l:handover xmlns:l='urn:other' id='22222222-0000-0000-0000-000000000002'/></metadata>",
                "<metadata><l:handover xmlns:l='urn:lockstep:v1' id='2-0-0-0-2'/></metadata>",
                "<metadata><l:handover xmlns:l='urn:lockstep:v1' id=''/></metadata>",
                "<metadata><l:handover xmlns:l='urn:lockstep:v1'/></metadata>",
                "<metadata><a:a xmlns:a='urn:a'><l:handover xmlns:l='urn:lockstep:v1'"
                        + " id='22222222-0000-0000-0000-000000000002'/></a:a></metadata>",
                "<l:handover xmlns:l='urn:lockstep:v1' id='22222222-0000-0000-0000-000000000002'/>",
            })
    void anything_else_is_no_token_and_no_error(String xml) {
        assertThat(parsed(domain(xml)).token()).isEmpty();
    }

    private static DiskSource disk(String target, String path, LockMode mode) {
        return new DiskSource(target, new DiskSource.Device(path), mode);
    }

    private static String domain(String content) {
        return "<domain type='kvm'><name>d1</name><uuid>" + UUID + "</uuid>" + content + "</domain>";
    }

    private static DomainDefinition parsed(String xml) {
        return parsed(xml.getBytes(StandardCharsets.UTF_8));
    }

    private static DomainDefinition parsed(byte[] xml) {
        return switch (DomainXml.parse(xml)) {
            case DomainXml.Parsed(DomainDefinition domain) -> domain;
            case DomainXml.Refused(String reason) -> throw new AssertionError(reason);
        };
    }
}
