package io.lockstep.cli.disk;

import io.lockstep.cli.CommandFailure;
import io.lockstep.cli.ExitStatus;
import io.lockstep.cli.connection.Cluster;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.volume.VolumeName;
import io.lockstep.proto.v1.Domain;
import io.lockstep.proto.v1.Host;
import io.lockstep.proto.v1.Volume;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What attaching and detaching have in common: which domain, where, for how long, and why. */
public final class DiskOptions {

    @Parameters(index = "0", paramLabel = "DOMAIN", description = "The domain that runs, by name or UUID.")
    private String domain;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description = "The host that runs it. Unless given, the one on which the domain is active.")
    private Optional<HostName> host;

    @Option(names = "--persistent", description = "Change what the domain has after its next start, too.")
    private boolean persistent;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the audit.")
    private Optional<String> reason;

    boolean hostNamed() {
        return host.isPresent();
    }

    boolean persistent() {
        return persistent;
    }

    String reason() {
        return reason.orElse("");
    }

    /**
     * A host, and what its agent knows the domain by.
     *
     * @param domain the UUID where the host's inventory shows it; otherwise the person's own word, for the agent to look for
     */
    record Place(Host host, String domain) {}

    /** The one host that runs the domain. */
    Place place(Cluster cluster) {
        List<Host> hosts = cluster.hosts();
        List<Host> asked = host.map(h -> List.of(Cluster.named(hosts, h))).orElse(hosts);
        List<Place> found = asked.stream()
                .flatMap(h -> h.getInventory().getDomainsList().stream()
                        .filter(this::meant)
                        .map(d -> new Place(h, d.getUuid())))
                .toList();
        // The agent's own libvirt knows better than an inventory that is some seconds old.
        if (asked.size() == 1 && found.size() < 2) {
            return found.isEmpty() ? new Place(asked.getFirst(), domain) : found.getFirst();
        }
        if (found.isEmpty()) {
            throw new CommandFailure(
                    ExitStatus.NO,
                    "no host runs domain " + domain + unknown(hosts)
                            + "; a domain that is shut off gets or loses a disk with virsh and --config, and its locks when it starts");
        }
        List<Place> known = found.stream().filter(p -> fresh(p.host())).toList();
        if (known.size() == 1) {
            return known.getFirst();
        }
        if (found.size() == 1) {
            return found.getFirst();
        }
        throw new CommandFailure(
                ExitStatus.NO,
                "domain " + domain + " is active on several hosts, or several domains have that name: "
                        + found.stream()
                                .map(p -> p.domain() + " on " + p.host().getName())
                                .collect(Collectors.joining(", "))
                        + "; name one with its UUID or --host, and while it migrates wait: lockstepctl handovers --open");
    }

    private boolean meant(Domain candidate) {
        return candidate.getName().equals(domain) || candidate.getUuid().equalsIgnoreCase(domain);
    }

    private static boolean fresh(Host host) {
        return host.getState() == Host.State.STATE_CONNECTED;
    }

    private static String unknown(List<Host> hosts) {
        String names = hosts.stream().filter(h -> !fresh(h)).map(Host::getName).collect(Collectors.joining(", "));
        return names.isEmpty() ? "" : " (unknown at the moment: " + names + ")";
    }

    static Volume volume(VolumeName name) {
        return Volume.newBuilder()
                .setVg(name.vg().value())
                .setLv(name.lv().value())
                .build();
    }
}
