package io.lockstep.cli.migration;

import io.lockstep.cli.host.Freshness;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.hook.Enforcement;
import io.lockstep.core.rule.MigrationRules;
import io.lockstep.core.rule.Spread;
import io.lockstep.core.volume.VgName;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.v1.Domain;
import io.lockstep.proto.v1.Host;
import io.lockstep.proto.v1.Inventory;
import io.lockstep.proto.v1.Lockspace;
import io.lockstep.proto.v1.MigrationCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Where each domain is to go, or why it stays: from what its own host says and what the controller knows of the others. */
final class Plan {

    private final Host source;
    private final List<Host> targets;
    private Spread spread;

    /** @param targets the hosts that may take domains; the emptiest one takes each */
    Plan(Host source, List<Host> targets) {
        this.source = source;
        this.targets = List.copyOf(targets);
        SortedMap<HostName, Integer> domains = new TreeMap<>();
        targets.forEach(h -> domains.put(new HostName(h.getName()), (int) h.getInventory().getDomainsList().stream()
                .filter(d -> Protos.own(d.getOwn()).present())
                .count()));
        this.spread = new Spread(domains);
    }

    List<Move> of(List<MigrationCheck> checks) {
        return checks.stream().map(this::of).toList();
    }

    private Move of(MigrationCheck check) {
        String uuid = check.getDomainUuid();
        String name = check.getDomainName();
        if (check.hasUnderWay()) {
            return Move.underWay(uuid, name, source.getName(), check.getUnderWay());
        }
        if (check.getRefusalsCount() > 0) {
            return Move.refused(uuid, name, source.getName(), "", check.getRefusalsList());
        }
        List<String> refusals = new ArrayList<>();
        List<HostName> willing = new ArrayList<>();
        for (Host each : targets) {
            List<String> reasons = refusals(check, each);
            refusals.addAll(reasons);
            if (reasons.isEmpty()) {
                willing.add(new HostName(each.getName()));
            }
        }
        Optional<HostName> chosen = spread.emptiest(willing);
        if (chosen.isEmpty()) {
            return Move.refused(
                    uuid,
                    name,
                    source.getName(),
                    targets.size() == 1 ? targets.getFirst().getName() : "",
                    targets.isEmpty()
                            ? List.of("there is no other host that the controller knows to be connected")
                            : refusals);
        }
        spread = spread.and(chosen.get());
        return Move.planned(uuid, name, source.getName(), chosen.get().value());
    }

    private List<String> refusals(MigrationCheck check, Host target) {
        SortedSet<VgName> groups =
                check.getVgsList().stream().map(VgName::new).collect(Collectors.toCollection(TreeSet::new));
        return MigrationRules.atTarget(new HostName(source.getName()), groups, target(check, target));
    }

    private static MigrationRules.Target target(MigrationCheck check, Host host) {
        Inventory inventory = host.getInventory();
        return new MigrationRules.Target(
                new HostName(host.getName()),
                Freshness.fresh(host),
                inventory.getHypervisorAnswers(),
                inventory.getMigrateUri(),
                enforcement(inventory),
                inventory.getLockspacesList().stream()
                        .collect(Collectors.toMap(
                                l -> new VgName(l.getVg()),
                                l -> l.getState() == Lockspace.State.STATE_LIVE
                                        ? Optional.empty()
                                        : Optional.of(l.getReason()),
                                (a, b) -> a)),
                own(DomainUuid.of(check.getDomainUuid()), inventory));
    }

    /** A word of a newer agent is none that is known to refuse. */
    private static Optional<Enforcement> enforcement(Inventory inventory) {
        try {
            return Optional.of(Enforcement.of(inventory.getEnforcement()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static OwnDomain own(DomainUuid domain, Inventory inventory) {
        return inventory.getDomainsList().stream()
                .filter(d -> d.getUuid().equalsIgnoreCase(domain.toString()))
                .map(Domain::getOwn)
                .map(Protos::own)
                .findFirst()
                .orElse(OwnDomain.ABSENT);
    }
}
