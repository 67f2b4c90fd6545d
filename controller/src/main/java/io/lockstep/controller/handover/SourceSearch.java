package io.lockstep.controller.handover;

import io.lockstep.controller.host.HostView;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.domain.OwnDomain;
import java.util.ArrayList;
import java.util.List;

/** Which host runs a domain, by what the hosts stream. No hook names the source of a migration. */
public final class SourceSearch {

    private SourceSearch() {}

    /** What was found. */
    public sealed interface Finding {

        /** This host runs it, or keeps claims for it although its libvirt does not show it, or not yet. */
        record Source(HostName host) implements Finding {}

        /** More than one host has it. */
        record ActiveTwice(List<HostName> hosts) implements Finding {
            public ActiveTwice {
                hosts = List.copyOf(hosts);
            }
        }

        /** The host that it is to move to has it. */
        record ActiveOnTarget() implements Finding {}

        /** None is known to have it, and these may; each with the reason. */
        record HostsUnknown(List<String> hosts) implements Finding {
            public HostsUnknown {
                hosts = List.copyOf(hosts);
            }
        }

        /** Every host that is known was heard, and none has it; but others may not have registered again yet. */
        record NotAllRegistered() implements Finding {}

        /** Every host was heard, and none has it. */
        record Nobody() implements Finding {}
    }

    /** @param gathering whether hosts may exist that have not registered again yet */
    public static Finding find(List<HostView> hosts, DomainUuid domain, HostName target, boolean gathering) {
        List<HostName> present = hosts.stream()
                .filter(h -> h.own(domain).present())
                .map(HostView::name)
                .toList();
        if (present.size() > 1) {
            return new Finding.ActiveTwice(present);
        }
        if (present.size() == 1) {
            return present.getFirst().equals(target)
                    ? new Finding.ActiveOnTarget()
                    : new Finding.Source(present.getFirst());
        }
        // A host whose libvirt is busy with a hook still knows by its own state file which domains it holds volumes
        // for.
        // Also one whose last look did not show the domain: it may have looked while libvirt was starting it, after its
        // hook.
        List<HostName> claimants = hosts.stream()
                .filter(h -> h.claims(domain) && !h.name().equals(target))
                .map(HostView::name)
                .toList();
        if (claimants.size() == 1) {
            return new Finding.Source(claimants.getFirst());
        }
        List<String> unknown = unknown(hosts, domain, target);
        if (!unknown.isEmpty()) {
            return new Finding.HostsUnknown(unknown);
        }
        return gathering ? new Finding.NotAllRegistered() : new Finding.Nobody();
    }

    private static List<String> unknown(List<HostView> hosts, DomainUuid domain, HostName target) {
        List<String> unknown = new ArrayList<>();
        for (HostView each : hosts) {
            if (each.own(domain) == OwnDomain.UNKNOWN) {
                unknown.add(each.name() + " (" + why(each) + ")");
            }
        }
        if (hosts.stream().noneMatch(h -> h.name().equals(target))) {
            unknown.add(target + " (it has not registered with this controller)");
        }
        return unknown;
    }

    private static String why(HostView host) {
        if (!host.connected()) {
            return host.problem();
        }
        return host.inventory().filter(i -> !i.hypervisorAnswers()).isPresent()
                ? "its libvirt does not answer"
                : "a hook of this domain is in progress there";
    }
}
