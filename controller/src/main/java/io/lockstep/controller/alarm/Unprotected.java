package io.lockstep.controller.alarm;

import io.lockstep.controller.host.HostView;
import io.lockstep.controller.host.Hosts;
import io.lockstep.controller.host.Inventory;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.rule.Choices;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.v1.Claim;
import io.lockstep.proto.v1.Drift;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Raises an alarm for each guest that runs without a lock that it needs: its lock daemons died under it, or its lock was refused for
 * long. Another host may hold the volume.
 *
 * <p>Told by the host's own inventory. A host that is away neither raises nor clears anything.
 */
final class Unprotected {

    /** A start or a roll-back is granted its locks sooner. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final Set<Drift.Kind> WITHOUT = Set.of(Drift.Kind.KIND_TOO_WEAK, Drift.Kind.KIND_UNPROTECTED);

    private final Hosts hosts;
    private final Alarms alarms;
    private final InstantSource clock;

    Unprotected(Hosts hosts, Alarms alarms, InstantSource clock) {
        this.hosts = hosts;
        this.alarms = alarms;
        this.clock = clock;
    }

    void tick() {
        Map<DomainUuid, List<Alarm>> found = new LinkedHashMap<>();
        List<HostView> views = hosts.view();
        SortedSet<HostName> silent = views.stream()
                .filter(v -> !v.connected())
                .map(HostView::name)
                .collect(Collectors.toCollection(TreeSet::new));
        for (Alarm each : alarms.list()) {
            if (each.kind() == AlarmKind.UNPROTECTED) {
                List<Alarm> kept = found.computeIfAbsent(each.domain(), d -> new ArrayList<>());
                if (silent.containsAll(each.hosts())) {
                    kept.add(each);
                }
            }
        }
        views.stream()
                .filter(HostView::connected)
                .flatMap(v -> v.inventory().stream())
                .flatMap(i -> at(i).stream())
                .forEach(a -> found.computeIfAbsent(a.domain(), d -> new ArrayList<>())
                        .add(a));
        found.forEach((domain, list) -> alarms.replace(domain, a -> a.kind() == AlarmKind.UNPROTECTED, list));
    }

    /** A volume that a guest claims, and how its lock is not what the guest needs. */
    private record Lack(Claim claim, Drift drift) {}

    private List<Alarm> at(Inventory inventory) {
        Map<String, Drift> lacking = new HashMap<>();
        Instant latest = Protos.time(inventory.message().getAt()).minus(PATIENCE);
        inventory.message().getDriftsList().stream()
                .filter(d -> WITHOUT.contains(d.getKind()))
                .filter(d -> !Protos.time(d.getSince()).isAfter(latest))
                .forEach(d -> lacking.put(d.getVolume().getUuid(), d));
        if (lacking.isEmpty()) {
            return List.of();
        }
        Map<DomainUuid, List<Lack>> guests = new TreeMap<>();
        for (Claim each : inventory.message().getClaimsList()) {
            Drift drift = lacking.get(each.getVolume().getUuid());
            DomainUuid domain = Protos.domain(each.getDomainUuid());
            if (drift != null && inventory.domains().containsKey(domain)) {
                guests.computeIfAbsent(domain, d -> new ArrayList<>()).add(new Lack(each, drift));
            }
        }
        return guests.entrySet().stream()
                .map(e -> alarm(inventory.host(), e.getKey(), e.getValue()))
                .toList();
    }

    private Alarm alarm(HostName host, DomainUuid domain, List<Lack> lacks) {
        String name = lacks.getFirst().claim().getDomainName();
        String volumes = lacks.stream().map(l -> words(l.drift())).sorted().collect(Collectors.joining("; "));
        return new Alarm(
                AlarmKind.UNPROTECTED,
                domain,
                name,
                new TreeSet<>(Set.of(host)),
                "the guest runs on " + host + " without the locks that it needs, and another host may get them: "
                        + volumes,
                clock.instant(),
                List.of(),
                Choices.unprotected(
                        name,
                        host,
                        lacks.stream()
                                .map(l -> Protos.volume(l.drift().getVolume()).name())
                                .toList()));
    }

    private static String words(Drift drift) {
        return Protos.volume(drift.getVolume()).name() + " is held " + Protos.mode(drift.getHeld()) + " where "
                + Protos.mode(drift.getNeeded()) + " is needed"
                + (drift.getRefusal().isEmpty() ? "" : " (" + drift.getRefusal() + ")");
    }
}
