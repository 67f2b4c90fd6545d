package io.lockstep.controller.alarm;

import io.lockstep.controller.host.Inventory;
import io.lockstep.core.domain.HostName;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.v1.Lockspace;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Since when each host has not shown a lockspace as live, so that locks in it prove nothing; by the host's own clock.
 *
 * <p>Used by one thread.
 */
final class LostLockspaces {

    /** @param shown as it was when its state became what it is: what says more grows older with each look, and is said once */
    private record Lost(Instant since, Lockspace shown) {

        Lost and(Instant at, Lockspace now) {
            return new Lost(at.isBefore(since) ? at : since, now.getState() == shown.getState() ? shown : now);
        }
    }

    private final Map<HostName, Map<String, Lost>> lost = new TreeMap<>();

    void saw(Collection<Inventory> inventories) {
        for (Inventory each : inventories) {
            Map<String, Lost> groups = lost.computeIfAbsent(each.host(), h -> new HashMap<>());
            Instant at = Protos.time(each.message().getAt());
            for (Lockspace lockspace : each.message().getLockspacesList()) {
                if (lockspace.getState() == Lockspace.State.STATE_LIVE) {
                    groups.remove(lockspace.getVg());
                } else {
                    Lost before = groups.get(lockspace.getVg());
                    groups.put(lockspace.getVg(), before == null ? new Lost(at, lockspace) : before.and(at, lockspace));
                }
            }
        }
    }

    void keepOnly(Set<HostName> known) {
        lost.keySet().retainAll(known);
    }

    /** The groups whose lockspaces are not live on that host, and were not at that moment. */
    Map<String, Lockspace> since(HostName host, Instant latest) {
        Map<String, Lockspace> since = new HashMap<>();
        lost.getOrDefault(host, Map.of()).forEach((vg, group) -> {
            if (!group.since().isAfter(latest)) {
                since.put(vg, group.shown());
            }
        });
        return since;
    }
}
