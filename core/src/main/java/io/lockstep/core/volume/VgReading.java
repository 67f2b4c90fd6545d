package io.lockstep.core.volume;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One look at a volume group on this host, cheap and taking neither the VG lock nor the global one.
 *
 * @param volumes the volumes that are locked or active here; one that is absent is UNLOCKED and inactive
 */
public record VgReading(VgName vg, LockspaceState lockspace, List<VolumeReading> volumes) {

    public VgReading {
        volumes = List.copyOf(volumes);
    }

    public static VgReading unknown(VgName vg, String reason) {
        return new VgReading(vg, new LockspaceState.Unknown(reason), List.of());
    }

    public Optional<VolumeReading> of(Volume volume) {
        return volumes.stream().filter(v -> v.volume().equals(volume)).findFirst();
    }

    /** The mode that counts: what lvmlockd shows, in a live lockspace; otherwise nothing is known. */
    public Optional<LockMode> mode(Volume volume) {
        return lockspace instanceof LockspaceState.Live
                ? Optional.of(of(volume).map(VolumeReading::lock).orElse(LockMode.UNLOCKED))
                : Optional.empty();
    }

    public Map<Volume, VolumeReading> byVolume() {
        return volumes.stream()
                .collect(Collectors.toMap(VolumeReading::volume, Function.identity(), (a, b) -> a, TreeMap::new));
    }
}
