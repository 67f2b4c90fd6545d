package io.lockstep.proof.chaos;

import io.lockstep.core.domain.DomainUuid;
import io.lockstep.simulator.libvirt.GuestDefinition;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/** A guest that anybody may start anywhere. Its name may change, its UUID does not. */
final class Guest {

    private final String first;
    private final UUID uuid;
    private final List<String> disks;
    private final List<String> shareable;
    private String name;
    private int renamed;

    Guest(String name, List<String> disks, List<String> shareable) {
        this.first = name;
        this.name = name;
        this.uuid = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
        this.disks = disks;
        this.shareable = shareable;
    }

    String name() {
        return name;
    }

    DomainUuid uuid() {
        return new DomainUuid(uuid);
    }

    /** All names of its volumes. */
    boolean uses(String volume) {
        return disks.contains(volume) || shareable.contains(volume);
    }

    void rename() {
        renamed = (renamed + 1) % 3;
        name = renamed == 0 ? first : first + "-" + renamed;
    }

    String xml() {
        GuestDefinition definition = GuestDefinition.named(name).uuid(uuid);
        disks.forEach(d -> definition.disks("/dev/" + d));
        shareable.forEach(d -> definition.shareableDisk("/dev/mapper/" + d.replace('/', '-')));
        return definition.xml();
    }
}
