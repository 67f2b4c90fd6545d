package io.lockstep.simulator;

import io.lockstep.core.domain.HostName;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.Volume;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** What every host really holds and has active at one moment; volumes that a host neither holds nor has active are left out. */
public record Holdings(SortedMap<HostName, SortedMap<Volume, Holding>> byHost) {

    /** @param active whether the device exists */
    public record Holding(LockMode mode, boolean active) {
        static final Holding NOTHING = new Holding(LockMode.UNLOCKED, false);

        @Override
        public String toString() {
            return mode + (active ? " and active" : "");
        }
    }

    public Holdings {
        byHost = Collections.unmodifiableSortedMap(new TreeMap<>(byHost));
    }

    Holding of(HostName host, Volume volume) {
        SortedMap<Volume, Holding> held = byHost.get(host);
        return held == null ? Holding.NOTHING : held.getOrDefault(volume, Holding.NOTHING);
    }
}
