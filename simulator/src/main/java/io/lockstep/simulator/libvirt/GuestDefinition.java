package io.lockstep.simulator.libvirt;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Writes the XML of a small guest. */
public final class GuestDefinition {

    private final String name;
    private final List<String> disks = new ArrayList<>();
    private UUID uuid;

    private GuestDefinition(String name) {
        this.name = name;
        this.uuid = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }

    /** A guest whose UUID follows from its name. */
    public static GuestDefinition named(String name) {
        return new GuestDefinition(name);
    }

    public GuestDefinition uuid(UUID uuid) {
        this.uuid = uuid;
        return this;
    }

    public UUID uuid() {
        return uuid;
    }

    /** Writable disks. */
    public GuestDefinition disks(String... sources) {
        for (String source : sources) {
            add(source, false, false, List.of());
        }
        return this;
    }

    public GuestDefinition shareableDisk(String source) {
        return add(source, false, true, List.of());
    }

    public GuestDefinition readOnlyDisk(String source) {
        return add(source, true, false, List.of());
    }

    /** A writable disk on top of backing files. */
    public GuestDefinition layeredDisk(String source, String... backing) {
        return add(source, false, false, List.of(backing));
    }

    /** A disk that names a volume of a storage pool. */
    public GuestDefinition poolDisk(String pool, String volume) {
        disks.add("""
                    <disk type='volume' device='disk'>
                      <driver name='qemu' type='raw'/>
                      <source pool='%s' volume='%s'/>
                      <target dev='%s' bus='virtio'/>
                    </disk>
                """.formatted(pool, volume, target()));
        return this;
    }

    private GuestDefinition add(String source, boolean readOnly, boolean shareable, List<String> backing) {
        disks.add(disk(source, target(), readOnly, shareable, backing));
        return this;
    }

    private String target() {
        return "vd" + (char) ('a' + disks.size());
    }

    static String disk(String source, String target, boolean readOnly, boolean shareable, List<String> backing) {
        boolean block = source.startsWith("/dev/");
        StringBuilder xml = new StringBuilder();
        xml.append("    <disk type='").append(block ? "block" : "file").append("' device='disk'>\n");
        xml.append("      <driver name='qemu' type='")
                .append(backing.isEmpty() ? "raw" : "qcow2")
                .append("'/>\n");
        xml.append("      <source ")
                .append(block ? "dev" : "file")
                .append("='")
                .append(source)
                .append("'/>\n");
        for (String file : backing) {
            xml.append("      <backingStore type='block'>\n");
            xml.append("        <format type='qcow2'/>\n");
            xml.append("        <source dev='").append(file).append("'/>\n");
        }
        xml.append("      </backingStore>\n".repeat(backing.size()));
        xml.append("      <target dev='").append(target).append("' bus='virtio'/>\n");
        xml.append(readOnly ? "      <readonly/>\n" : "");
        xml.append(shareable ? "      <shareable/>\n" : "");
        return xml.append("    </disk>\n").toString();
    }

    public String xml() {
        return """
                <domain type='qemu'>
                  <name>%s</name>
                  <uuid>%s</uuid>
                  <memory unit='KiB'>32768</memory>
                  <vcpu placement='static'>1</vcpu>
                  <os>
                    <type arch='x86_64' machine='pc-i440fx-10.0'>hvm</type>
                    <boot dev='hd'/>
                  </os>
                  <devices>
                    <emulator>/usr/bin/qemu-system-x86_64</emulator>
                %s  </devices>
                </domain>
                """.formatted(name, uuid, String.join("", disks));
    }
}
