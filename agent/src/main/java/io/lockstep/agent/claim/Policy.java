package io.lockstep.agent.claim;

import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.hook.ActionMapping;
import io.lockstep.core.hook.Enforcement;
import io.lockstep.core.volume.VgName;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;

/**
 * How an operator wants hooks answered on this host.
 *
 * @param host unless a volume group or a domain says otherwise
 * @param domains by UUID or by name
 * @param incoming how a target knows the {@code prepare} of a reservation
 * @param verdict the longest time for an answer; the hook program's own deadline is later
 * @param begin the longest time for the controller to open a handover
 * @param giveBack the longest time to wait for what a refused call took to be given back
 * @param reservation how long an allowed incoming migration may take until its {@code prepare}
 */
public record Policy(
        Enforcement host,
        Map<VgName, Enforcement> groups,
        Map<String, Enforcement> domains,
        ActionMapping actions,
        IncomingPrepare incoming,
        Duration verdict,
        Duration begin,
        Duration giveBack,
        Duration reservation) {

    /** How a {@code prepare} is told to be the one of an allowed incoming migration: nothing in its arguments says so. */
    public enum IncomingPrepare {
        /** By the single-use token that the allowed {@code migrate} put into the domain's metadata. */
        TOKEN,
        /** The first {@code prepare} of that domain while its reservation stands. */
        FIRST
    }

    public Policy {
        groups = Map.copyOf(groups);
        domains = Map.copyOf(domains);
    }

    public boolean manages(VgName vg) {
        return groups.getOrDefault(vg, host) != Enforcement.OFF;
    }

    public Enforcement of(DomainUuid domain, String name, Collection<VgName> vgs) {
        Enforcement own = domains.getOrDefault(domain.toString(), domains.get(name));
        if (own != null) {
            return own;
        }
        // A domain over several groups is treated as the strictest of them.
        return vgs.stream()
                .map(vg -> groups.getOrDefault(vg, host))
                .min(Enforcement::compareTo)
                .orElse(host);
    }
}
