package io.lockstep.simulator.libvirt;

import io.lockstep.core.volume.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A qemu process and what it has open. Guarded by the cluster's lock. */
final class Qemu {

    /** @param volume empty when it is no logical volume of a volume group here */
    record OpenDisk(Disk disk, Optional<Volume> volume) {}

    private final String opener;
    private final List<OpenDisk> disks = new ArrayList<>();

    /** @param opener how its open devices are known on the host */
    Qemu(String opener) {
        this.opener = opener;
    }

    String opener() {
        return opener;
    }

    List<OpenDisk> disks() {
        return disks;
    }
}
