package io.lockstep.agent.lane;

import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.VgReading;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeReading;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a lane says of readings and results; pure. */
final class LaneWords {

    private LaneWords() {}

    /** For the log: {@code granted}, or each refusal. */
    static String summary(Map<Volume, LockResult> results) {
        String refusals = results.entrySet().stream()
                .filter(e -> !e.getValue().granted())
                .map(e -> e.getKey() + " " + e.getValue().reason())
                .collect(Collectors.joining("; "));
        return refusals.isEmpty() ? "granted" : refusals;
    }

    /** The same result for each of these volumes; the caller may go on changing it. */
    static Map<Volume, LockResult> all(Set<Volume> volumes, LockResult result) {
        Map<Volume, LockResult> results = new TreeMap<>();
        volumes.forEach(v -> results.put(v, result));
        return results;
    }

    static Map<Volume, LockMode> held(VgReading reading) {
        Map<Volume, LockMode> held = new TreeMap<>();
        reading.volumes().stream()
                .filter(v -> v.lock() != LockMode.UNLOCKED)
                .forEach(v -> held.put(v.volume(), v.lock()));
        return held;
    }

    /** A reading with what is known to have been closed since. */
    static VgReading closed(VgReading reading, Set<Volume> closed) {
        return new VgReading(
                reading.vg(),
                reading.lockspace(),
                reading.volumes().stream()
                        .map(v -> closed.contains(v.volume())
                                ? new VolumeReading(v.volume(), v.lock(), v.active(), false)
                                : v)
                        .toList());
    }

    /** A reading with what a command has changed since: its results were read back, so they are as good as a new look. */
    static VgReading patched(VgReading reading, Map<Volume, LockResult> results) {
        Map<Volume, VolumeReading> volumes = new TreeMap<>(reading.byVolume());
        results.forEach((volume, result) -> {
            if (result instanceof LockResult.Granted granted) {
                if (granted.mode() == LockMode.UNLOCKED) {
                    volumes.remove(volume);
                } else {
                    VolumeReading before = volumes.get(volume);
                    volumes.put(
                            volume, new VolumeReading(volume, granted.mode(), true, before != null && before.open()));
                }
            }
        });
        return new VgReading(reading.vg(), reading.lockspace(), java.util.List.copyOf(volumes.values()));
    }
}
