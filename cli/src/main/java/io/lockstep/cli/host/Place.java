package io.lockstep.cli.host;

import io.lockstep.cli.CommandFailure;
import io.lockstep.cli.ExitStatus;
import io.lockstep.cli.connection.Cluster;
import io.lockstep.core.domain.HostName;
import io.lockstep.proto.v1.Domain;
import io.lockstep.proto.v1.Host;
import io.lockstep.proto.v1.OwnDomain;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The host that runs a domain, and what its agent knows the domain by.
 *
 * @param domain the UUID where the host's inventory shows it; otherwise the person's own word, for the agent to look for
 * @param known whether the inventory shows it
 */
public record Place(Host host, String domain, boolean known) {

    private record Found(Host host, Domain domain) {}

    /**
     * The one host that runs the domain; while it migrates, the one that it leaves.
     *
     * @param named the host that a person named
     * @param shutOff what to do with a domain that no host runs, as the end of a sentence
     */
    public static Place of(List<Host> hosts, Optional<HostName> named, String domain, String shutOff) {
        List<Host> asked = named.map(h -> List.of(Cluster.named(hosts, h))).orElse(hosts);
        List<Found> found = asked.stream()
                .flatMap(h -> h.getInventory().getDomainsList().stream()
                        .filter(d -> d.getName().equals(domain) || d.getUuid().equalsIgnoreCase(domain))
                        .map(d -> new Found(h, d)))
                .toList();
        // The agent's own libvirt knows better than an inventory that is some seconds old.
        if (asked.size() == 1 && found.size() < 2) {
            return found.isEmpty() ? new Place(asked.getFirst(), domain, false) : place(found.getFirst());
        }
        if (found.isEmpty()) {
            throw new CommandFailure(ExitStatus.NO, "no host runs domain " + domain + unknown(hosts) + shutOff);
        }
        List<Found> fresh =
                found.stream().filter(f -> Freshness.fresh(f.host())).toList();
        List<Found> leaving = fresh.stream()
                .filter(f -> f.domain().getOwn() == OwnDomain.OWN_DOMAIN_OUTGOING)
                .toList();
        for (List<Found> only : List.of(fresh, leaving, found)) {
            if (only.size() == 1) {
                return place(only.getFirst());
            }
        }
        throw new CommandFailure(
                ExitStatus.NO,
                "domain " + domain + " is active on several hosts, or several domains have that name: "
                        + found.stream()
                                .map(f ->
                                        f.domain().getUuid() + " on " + f.host().getName())
                                .collect(Collectors.joining(", "))
                        + "; name one with its UUID or --host, and while it migrates wait: lockstepctl handovers --open");
    }

    private static Place place(Found found) {
        return new Place(found.host(), found.domain().getUuid(), true);
    }

    /** What an unknown host was last known to run proves nothing. */
    public static void requireFresh(Host host) {
        if (!Freshness.fresh(host)) {
            throw new CommandFailure(
                    ExitStatus.NO,
                    host.getName()
                            + " is unknown at the moment: systemctl status lockstep-agent there. When it is dead,"
                            + " its domains start elsewhere within four minutes of its death");
        }
    }

    private static String unknown(List<Host> hosts) {
        String names = hosts.stream()
                .filter(h -> !Freshness.fresh(h))
                .map(Host::getName)
                .collect(Collectors.joining(", "));
        return names.isEmpty() ? "" : " (unknown at the moment: " + names + ")";
    }
}
