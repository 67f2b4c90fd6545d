package io.lockstep.core.claim;

import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.Volume;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one domain needs on this host: for each volume the mode that its disks ask for. A claim is never UNLOCKED: a need of
 * nothing is no claim.
 *
 * @param under the open handover in which these claims are content with SHARED for a while; empty for a start, which an open
 *     handover makes neither weaker nor stricter
 */
public record DomainClaims(
        DomainUuid domain, String name, SortedMap<Volume, LockMode> modes, Optional<HandoverId> under) {

    public DomainClaims {
        if (modes.containsValue(LockMode.UNLOCKED)) {
            throw new IllegalArgumentException("a claim of " + name + " is UNLOCKED: " + modes);
        }
        modes = Collections.unmodifiableSortedMap(new TreeMap<>(modes));
    }

    public static DomainClaims of(DomainUuid domain, String name, Map<Volume, LockMode> modes) {
        return new DomainClaims(domain, name, new TreeMap<>(modes), Optional.empty());
    }

    /** With these claims besides; the stronger mode where a volume is claimed already. */
    public DomainClaims and(Map<Volume, LockMode> more) {
        SortedMap<Volume, LockMode> all = new TreeMap<>(modes);
        more.forEach((volume, mode) -> all.merge(volume, mode, LockMode::strongest));
        return new DomainClaims(domain, name, all, under);
    }

    public DomainClaims under(Optional<HandoverId> handover) {
        return new DomainClaims(domain, name, modes, handover);
    }
}
