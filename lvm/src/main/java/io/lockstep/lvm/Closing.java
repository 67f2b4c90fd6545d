package io.lockstep.lvm;

import io.lockstep.core.volume.LvUuid;
import io.lockstep.core.volume.Volume;
import io.lockstep.lvm.devicemapper.DmDevice;
import io.lockstep.lvm.devicemapper.DmTable;
import io.lockstep.lvm.devicemapper.OpenCounts;
import io.lockstep.lvm.devicemapper.Sysfs;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Waits for devices whose user has just gone. udev looks at each device that was open for writing, and has it open meanwhile:
 * milliseconds on a host at rest, seconds on a slow one with many disks.
 */
final class Closing {

    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration BETWEEN = Duration.ofMillis(30);

    private final Sysfs sysfs;
    private final OpenCounts openCounts;

    Closing(Sysfs sysfs, OpenCounts openCounts) {
        this.sysfs = sysfs;
        this.openCounts = openCounts;
    }

    /** @return those that are not open, at the latest after the time that udev is given; empty where it cannot be told */
    Set<Volume> await(Set<Volume> volumes) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try {
            DmTable devices = new DmTable(sysfs.table().devices().stream()
                    .filter(d -> d.partOf().filter(uuids(volumes)::contains).isPresent())
                    .toList());
            while (true) {
                Set<Volume> closed = closed(volumes, openCounts.of(devices));
                if (closed.size() == volumes.size() || System.nanoTime() - end > 0 || !slept()) {
                    return closed;
                }
            }
        } catch (IOException e) {
            return Set.of();
        }
    }

    private static Set<LvUuid> uuids(Set<Volume> volumes) {
        return volumes.stream().map(Volume::uuid).collect(Collectors.toSet());
    }

    private static Set<Volume> closed(Set<Volume> volumes, DmTable devices) {
        Set<Volume> closed = new TreeSet<>(volumes);
        closed.removeIf(v -> devices.of(v.uuid()).filter(DmDevice::open).isPresent());
        return closed;
    }

    private static boolean slept() {
        try {
            TimeUnit.MILLISECONDS.sleep(BETWEEN.toMillis());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
