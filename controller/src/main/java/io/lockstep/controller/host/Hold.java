package io.lockstep.controller.host;

import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.Volume;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A lock that a host holds.
 *
 * @param domains the names of the domains that claim the volume there
 * @param since by the host's clock; empty when it was held before its agent started
 */
public record Hold(Volume volume, LockMode mode, SortedSet<String> domains, Optional<Instant> since) {

    public Hold {
        domains = Collections.unmodifiableSortedSet(new TreeSet<>(domains));
    }
}
