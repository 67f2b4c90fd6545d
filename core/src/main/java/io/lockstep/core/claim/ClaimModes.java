package io.lockstep.core.claim;

import io.lockstep.core.domain.DiskSource;
import io.lockstep.core.domain.DomainDefinition;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.Volume;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** From a domain's disks to the modes that it claims. */
public final class ClaimModes {

    private ClaimModes() {}

    /**
     * The strongest mode for each volume: a volume may be one disk's backing file and another disk's top layer.
     *
     * @param resolve the volume behind a source; empty for whatever is no volume of ours, which is no claim
     */
    public static SortedMap<Volume, LockMode> of(
            DomainDefinition domain, Function<DiskSource.Source, Optional<Volume>> resolve) {
        SortedMap<Volume, LockMode> modes = new TreeMap<>();
        domain.disks()
                .forEach(disk -> resolve.apply(disk.source())
                        .ifPresent(volume -> modes.merge(volume, disk.mode(), LockMode::strongest)));
        return modes;
    }
}
