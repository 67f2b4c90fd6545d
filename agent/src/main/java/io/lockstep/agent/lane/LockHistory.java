package io.lockstep.agent.lane;

import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.VgReading;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeReading;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Since when each lock of a group is in its mode, as far as this agent has seen it change. */
public final class LockHistory {

    private record Held(LockMode mode, Optional<Instant> since) {}

    private volatile Map<Volume, Held> held = Map.of();
    private boolean first = true;

    /** Empty when the lock was there, in this mode, before the agent first looked. */
    public Optional<Instant> since(Volume volume) {
        return Optional.ofNullable(held.get(volume)).flatMap(Held::since);
    }

    void saw(VgReading reading, Instant now) {
        Map<Volume, Held> next = new TreeMap<>();
        for (VolumeReading volume : reading.volumes()) {
            Held before = held.get(volume.volume());
            next.put(
                    volume.volume(),
                    before != null && before.mode() == volume.lock()
                            ? before
                            : new Held(volume.lock(), first ? Optional.empty() : Optional.of(now)));
        }
        held = next;
        first = false;
    }
}
