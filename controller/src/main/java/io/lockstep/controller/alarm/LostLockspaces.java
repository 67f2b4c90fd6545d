package io.lockstep.controller.alarm;

import io.lockstep.controller.host.Inventory;
import io.lockstep.core.domain.HostName;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.v1.Lockspace;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Since when each host has not shown a lockspace as live, so that locks in it prove nothing; by the host's own clock.
 *
 * <p>Used by one thread.
 */
final class LostLockspaces {

    private final Map<HostName, Map<String, Instant>> since = new TreeMap<>();

    void saw(List<Inventory> inventories) {
        for (Inventory each : inventories) {
            Map<String, Instant> groups = since.computeIfAbsent(each.host(), h -> new HashMap<>());
            Instant at = Protos.time(each.message().getAt());
            for (Lockspace lockspace : each.message().getLockspacesList()) {
                if (lockspace.getState() == Lockspace.State.STATE_LIVE) {
                    groups.remove(lockspace.getVg());
                } else {
                    groups.merge(lockspace.getVg(), at, LostLockspaces::earlier);
                }
            }
        }
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }

    void keepOnly(Set<HostName> known) {
        since.keySet().retainAll(known);
    }

    /** The groups whose lockspaces are not live there and were not at that moment. */
    Map<String, Lockspace> since(Inventory inventory, Instant latest) {
        Map<String, Instant> groups = since.getOrDefault(inventory.host(), Map.of());
        Map<String, Lockspace> lost = new HashMap<>();
        for (Lockspace each : inventory.message().getLockspacesList()) {
            Instant first = groups.get(each.getVg());
            if (first != null && !first.isAfter(latest)) {
                lost.put(each.getVg(), each);
            }
        }
        return lost;
    }
}
