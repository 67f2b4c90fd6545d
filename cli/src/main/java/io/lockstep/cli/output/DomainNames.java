package io.lockstep.cli.output;

import io.lockstep.proto.v1.Claim;
import io.lockstep.proto.v1.Handover;
import io.lockstep.proto.v1.Host;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What to call domains: by name, and with the UUID where one name stands for several domains. */
public final class DomainNames {

    private final Map<String, Set<String>> uuids = new HashMap<>();

    private DomainNames() {}

    public static DomainNames of(Collection<Host> hosts) {
        DomainNames names = new DomainNames();
        for (Host host : hosts) {
            host.getInventory().getDomainsList().forEach(d -> names.add(d.getName(), d.getUuid()));
            host.getInventory().getClaimsList().forEach(c -> names.add(c.getDomainName(), c.getDomainUuid()));
        }
        return names;
    }

    public static DomainNames ofHandovers(Collection<Handover> handovers) {
        DomainNames names = new DomainNames();
        handovers.forEach(h -> names.add(h.getDomainName(), h.getRef().getDomainUuid()));
        return names;
    }

    private void add(String name, String uuid) {
        uuids.computeIfAbsent(name, n -> new HashSet<>()).add(uuid);
    }

    public String of(Claim claim) {
        return of(claim.getDomainName(), claim.getDomainUuid());
    }

    public String of(String name, String uuid) {
        return uuids.getOrDefault(name, Set.of()).size() > 1 ? name + " (" + uuid + ")" : name;
    }
}
