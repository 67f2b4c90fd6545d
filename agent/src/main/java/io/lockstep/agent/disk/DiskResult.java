package io.lockstep.agent.disk;

import io.lockstep.core.domain.DomainReading;
import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.Volume;
import java.util.Map;
import java.util.Optional;

/**
 * What became of a disk.
 *
 * @param reason in words, for a person
 * @param domain empty when it was not found
 * @param target the device's name; empty when it was not found
 * @param locks of the disk's volumes, as far as they were asked for
 */
public record DiskResult(
        Kind kind, String reason, Optional<DomainReading> domain, String target, Map<Volume, LockResult> locks) {

    public enum Kind {
        DONE,
        /** Some of it is done, and the rest may follow. */
        INCOMPLETE,
        /** Nothing was changed, or it has been given back. */
        REFUSED,
        /** libvirt does not tell; the locks stay until it does. */
        UNKNOWN
    }

    /** Before a domain was looked for. */
    public static DiskResult refused(String reason) {
        return new DiskResult(Kind.REFUSED, reason, Optional.empty(), "", Map.of());
    }

    static DiskResult of(Kind kind, String reason, DomainReading domain, String target) {
        return new DiskResult(kind, reason, Optional.of(domain), target, Map.of());
    }

    DiskResult with(Map<Volume, LockResult> results) {
        return new DiskResult(kind, reason, domain, target, results);
    }
}
