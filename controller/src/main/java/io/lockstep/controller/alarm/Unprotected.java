package io.lockstep.controller.alarm;

import io.lockstep.controller.host.HostView;
import io.lockstep.controller.host.Hosts;
import io.lockstep.controller.host.Inventory;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.rule.Choices;
import io.lockstep.core.volume.VolumeName;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.v1.Claim;
import io.lockstep.proto.v1.Drift;
import io.lockstep.proto.v1.Lockspace;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Raises an alarm for each guest that runs without a lock that it needs, or of which nobody knows whether it has them: it was refused
 * for long, or its lockspace is not live. Another host may hold the volume.
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
    private final LostLockspaces lost = new LostLockspaces();

    Unprotected(Hosts hosts, Alarms alarms, InstantSource clock) {
        this.hosts = hosts;
        this.alarms = alarms;
        this.clock = clock;
    }

    void tick() {
        List<HostView> views = hosts.view();
        SortedSet<HostName> silent = views.stream()
                .filter(v -> !v.connected())
                .map(HostView::name)
                .collect(Collectors.toCollection(TreeSet::new));
        SortedMap<HostName, Inventory> shown = new TreeMap<>();
        views.stream()
                .filter(HostView::connected)
                .flatMap(v -> v.inventory().stream())
                .forEach(i -> shown.put(i.host(), i));
        lost.saw(shown.values());
        lost.keepOnly(views.stream().map(HostView::name).collect(Collectors.toSet()));
        Map<DomainUuid, List<Alarm>> found = new LinkedHashMap<>();
        for (Alarm each : alarms.list()) {
            if (each.kind() == AlarmKind.UNPROTECTED) {
                List<Alarm> kept = found.computeIfAbsent(each.domain(), d -> new ArrayList<>());
                if (silent.containsAll(each.hosts()) || untold(each, shown)) {
                    kept.add(each);
                }
            }
        }
        shown.values().stream().flatMap(i -> at(i).stream()).forEach(a -> {
            List<Alarm> list = found.computeIfAbsent(a.domain(), d -> new ArrayList<>());
            list.removeIf(kept -> kept.hosts().equals(a.hosts()));
            list.add(a);
        });
        found.forEach((domain, list) -> alarms.replace(domain, a -> a.kind() == AlarmKind.UNPROTECTED, list));
    }

    /** Whether the alarm's guest needs volumes of a lockspace that is not live where it runs: no drifts are shown there then. */
    private static boolean untold(Alarm alarm, Map<HostName, Inventory> shown) {
        return alarm.hosts().stream()
                .flatMap(h -> Optional.ofNullable(shown.get(h)).stream())
                .filter(i -> i.domains().containsKey(alarm.domain()))
                .anyMatch(i -> untold(alarm.domain(), i));
    }

    private static boolean untold(DomainUuid domain, Inventory inventory) {
        Set<String> live = inventory.message().getLockspacesList().stream()
                .filter(l -> l.getState() == Lockspace.State.STATE_LIVE)
                .map(Lockspace::getVg)
                .collect(Collectors.toSet());
        return inventory.message().getClaimsList().stream()
                .filter(c -> c.getDomainUuid().equals(domain.toString()))
                .anyMatch(c -> !live.contains(c.getVolume().getVg()));
    }

    /**
     * A volume that a guest claims without having its lock.
     *
     * @param how in words
     * @param certain whether the host knows that, and does not merely know nothing of the lock
     */
    private record Lack(Claim claim, String how, boolean certain) {

        static Lack of(Claim claim, Drift drift) {
            return new Lack(
                    claim,
                    "is held " + Protos.mode(drift.getHeld()) + " where " + Protos.mode(drift.getNeeded())
                            + " is needed" + (drift.getRefusal().isEmpty() ? "" : " (" + drift.getRefusal() + ")"),
                    true);
        }

        static Lack of(Claim claim, Lockspace lockspace) {
            boolean certain =
                    switch (lockspace.getState()) {
                        case STATE_LOST, STATE_NOT_STARTED -> true;
                        case STATE_LIVE, STATE_UNKNOWN, STATE_UNSPECIFIED, UNRECOGNIZED -> false;
                    };
            return new Lack(
                    claim,
                    (certain ? "has no lock that counts" : "may have lost its lock") + " (lockspace: "
                            + lockspace.getReason() + ")",
                    certain);
        }

        String words() {
            return volume() + " " + how;
        }

        VolumeName volume() {
            return Protos.name(claim.getVolume());
        }
    }

    private List<Alarm> at(Inventory inventory) {
        Instant latest = Protos.time(inventory.message().getAt()).minus(PATIENCE);
        Map<String, Lockspace> lostGroups = lost.since(inventory.host(), latest);
        Map<String, Drift> drifting = new HashMap<>();
        inventory.message().getDriftsList().stream()
                .filter(d -> WITHOUT.contains(d.getKind()) && d.getHeld() != d.getNeeded())
                .filter(d -> !Protos.time(d.getSince()).isAfter(latest))
                .forEach(d -> drifting.put(d.getVolume().getUuid(), d));
        if (drifting.isEmpty() && lostGroups.isEmpty()) {
            return List.of();
        }
        Map<DomainUuid, List<Lack>> guests = new TreeMap<>();
        for (Claim each : inventory.message().getClaimsList()) {
            DomainUuid domain = Protos.domain(each.getDomainUuid());
            if (inventory.domains().containsKey(domain)) {
                Optional.ofNullable(drifting.get(each.getVolume().getUuid()))
                        .map(drift -> Lack.of(each, drift))
                        .or(() -> Optional.ofNullable(
                                        lostGroups.get(each.getVolume().getVg()))
                                .map(lockspace -> Lack.of(each, lockspace)))
                        .ifPresent(lack -> guests.computeIfAbsent(domain, d -> new ArrayList<>())
                                .add(lack));
            }
        }
        return guests.entrySet().stream()
                .map(e -> alarm(inventory.host(), e.getKey(), e.getValue()))
                .toList();
    }

    private Alarm alarm(HostName host, DomainUuid domain, List<Lack> lacks) {
        String name = lacks.getFirst().claim().getDomainName();
        return new Alarm(
                AlarmKind.UNPROTECTED,
                domain,
                name,
                new TreeSet<>(Set.of(host)),
                "the guest runs on " + host
                        + (lacks.stream().anyMatch(Lack::certain)
                                ? " without the locks that it needs"
                                : ", nobody knows whether with the locks that it needs")
                        + ", and another host may get them: "
                        + lacks.stream().map(Lack::words).sorted().collect(Collectors.joining("; ")),
                clock.instant(),
                List.of(),
                Choices.unprotected(name, host, lacks.stream().map(Lack::volume).toList()));
    }
}
