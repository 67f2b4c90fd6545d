package io.lockstep.simulator;

import io.lockstep.core.domain.DomainReading;
import io.lockstep.core.domain.DomainState;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LvUuid;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeName;
import io.lockstep.simulator.libvirt.Libvirtd.OpenVolume;
import io.lockstep.simulator.storage.LogicalVolume;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The invariants of Lockstep, checked against the simulated cluster itself: its lease area and its qemu processes, never what an
 * agent reports. Every check returns the violations in words; an empty list is good.
 */
public final class Invariants {

    private final Cluster cluster;

    Invariants(Cluster cluster) {
        this.cluster = cluster;
    }

    /** What must hold at every moment: I0, I1 and I2. */
    public List<String> always() {
        List<String> violations = new ArrayList<>(singleWriter());
        violations.addAll(exclusiveMeansAlone());
        violations.addAll(runningMeansHeld());
        return violations;
    }

    /**
     * I0: outside a lost Finish step or a hand-resumed left-over source, no two qemus run one domain or write one
     * non-shareable volume. Every moment since the cluster was made counts.
     */
    public List<String> singleWriter() {
        return cluster.writers().violations();
    }

    /** I1: no volume is EXCLUSIVE on one host while held on another. A lock counts where its lockspace is live. */
    public List<String> exclusiveMeansAlone() {
        List<String> violations = new ArrayList<>();
        for (LogicalVolume volume : cluster.disk().volumes()) {
            SortedMap<HostName, LockMode> holders = new TreeMap<>();
            for (SimulatedHost host : cluster.hosts()) {
                LockMode believed =
                        host.storage().live(volume.vg()) ? host.storage().believed(volume) : LockMode.UNLOCKED;
                LockMode mode = host.storage().protection(volume).strongest(believed);
                if (mode != LockMode.UNLOCKED) {
                    holders.put(host.name(), mode);
                }
            }
            if (holders.size() > 1 && holders.containsValue(LockMode.EXCLUSIVE)) {
                violations.add("I1: " + volume + " is held " + holders);
            }
        }
        return violations;
    }

    /** I2: a running guest's host holds at least SHARED on its volumes, and really excludes others by that. */
    public List<String> runningMeansHeld() {
        return runningMeansHeld(Set.of());
    }

    /** @param unprotected domains that somebody has left without locks knowingly, as by restarting the lock daemons under them */
    public List<String> runningMeansHeld(Set<DomainUuid> unprotected) {
        List<String> violations = new ArrayList<>();
        Map<LvUuid, LogicalVolume> shared = sharedVolumes();
        for (SimulatedHost host : cluster.hosts()) {
            for (DomainReading domain : host.libvirtd().qemuProcesses()) {
                if (domain.state().lifecycle() != DomainState.Lifecycle.RUNNING
                        || unprotected.contains(domain.uuid())) {
                    continue;
                }
                for (OpenVolume open : host.libvirtd().open(domain.uuid())) {
                    LogicalVolume volume = shared.get(open.volume().uuid());
                    if (volume != null && !host.storage().protection(volume).satisfies(LockMode.SHARED)) {
                        violations.add(
                                "I2: " + domain.name() + " runs on " + host.name() + ", which does not hold " + volume);
                    }
                }
            }
        }
        return violations;
    }

    /**
     * I3: no guest is active on two hosts without an alarm.
     *
     * @param alarmed the domains about which there is an alarm by now
     */
    public List<String> twiceActiveIsAlarmed(Set<DomainUuid> alarmed) {
        List<String> violations = new ArrayList<>();
        activeTwice().forEach((domain, hosts) -> {
            if (!alarmed.contains(domain)) {
                violations.add("I3: domain " + domain + " is active on " + hosts + " and nobody is alarmed");
            }
        });
        return violations;
    }

    /** Domains that are active, in the handover table's sense, on more than one host. */
    public SortedMap<DomainUuid, SortedSet<HostName>> activeTwice() {
        SortedMap<DomainUuid, SortedSet<HostName>> where = new TreeMap<>();
        for (SimulatedHost host : cluster.hosts()) {
            for (DomainReading domain : host.libvirtd().qemuProcesses()) {
                if (OwnDomain.of(domain.state(), domain.job()) == OwnDomain.ACTIVE) {
                    where.computeIfAbsent(domain.uuid(), d -> new TreeSet<>()).add(host.name());
                }
            }
        }
        where.values().removeIf(hosts -> hosts.size() < 2);
        return where;
    }

    /**
     * I4: when everything is quiet, each volume is held in the strongest mode that its claims need, and nothing else is held.
     *
     * @param kept volumes that somebody holds by hand
     */
    public List<String> quietMeansExact(String... kept) {
        List<String> violations = new ArrayList<>();
        Set<LvUuid> left = new HashSet<>();
        for (String volume : kept) {
            left.add(cluster.disk().volume(VolumeName.of(volume)).uuid());
        }
        for (SimulatedHost host : cluster.hosts()) {
            if (!host.storage().powered()) {
                continue;
            }
            if (!host.libvirtd().quiet()) {
                violations.add("I4: " + host.name() + " is not quiet: a hook, a call or a migration is in progress");
            }
            Map<LvUuid, LockMode> needs = needs(host);
            for (LogicalVolume volume : cluster.disk().volumes()) {
                boolean ownLock = volume.parent().isEmpty();
                if (!ownLock || left.contains(volume.uuid())) {
                    continue;
                }
                exact(host, volume, needs.getOrDefault(volume.uuid(), LockMode.UNLOCKED), violations);
            }
        }
        return violations;
    }

    private static void exact(SimulatedHost host, LogicalVolume volume, LockMode need, List<String> violations) {
        LockMode held = host.storage().protection(volume);
        LockMode believed = host.storage().believed(volume);
        if (held != need) {
            violations.add(
                    "I4: " + volume + " is held " + held + " on " + host.name() + ", where " + need + " is needed");
        } else if (believed != held) {
            violations.add(
                    "I4: " + host.name() + " believes to hold " + volume + " " + believed + ", and holds it " + held);
        } else if (held == LockMode.UNLOCKED
                && host.storage().active(volume.volume().name())) {
            violations.add("I4: " + volume + " is active on " + host.name() + " without a lock");
        }
    }

    private Map<LvUuid, LockMode> needs(SimulatedHost host) {
        Map<LvUuid, LogicalVolume> shared = sharedVolumes();
        Map<LvUuid, LockMode> needs = new HashMap<>();
        for (DomainReading domain : host.libvirtd().qemuProcesses()) {
            for (OpenVolume open : host.libvirtd().open(domain.uuid())) {
                LogicalVolume volume = shared.get(open.volume().uuid());
                if (volume != null) {
                    LockMode mode = open.readOnly() || open.shareable() ? LockMode.SHARED : LockMode.EXCLUSIVE;
                    needs.merge(volume.parent().orElse(volume).uuid(), mode, LockMode::strongest);
                }
            }
        }
        return needs;
    }

    /** What is held now; taken before something is refused, for {@link #leftBehind}. */
    public Holdings holdings() {
        SortedMap<HostName, SortedMap<Volume, Holdings.Holding>> byHost = new TreeMap<>();
        for (SimulatedHost host : cluster.hosts()) {
            SortedMap<Volume, Holdings.Holding> held = new TreeMap<>();
            for (LogicalVolume volume : cluster.disk().volumes()) {
                Holdings.Holding holding = new Holdings.Holding(
                        host.storage().protection(volume),
                        host.storage().active(volume.volume().name()));
                if (!holding.equals(Holdings.Holding.NOTHING)) {
                    held.put(volume.volume(), holding);
                }
            }
            byHost.put(host.name(), held);
        }
        return new Holdings(byHost);
    }

    /** I5: whatever was refused left nothing behind. */
    public List<String> leftBehind(Holdings before) {
        List<String> violations = new ArrayList<>();
        Holdings now = holdings();
        for (SimulatedHost host : cluster.hosts()) {
            for (LogicalVolume each : cluster.disk().volumes()) {
                Volume volume = each.volume();
                Holdings.Holding was = before.of(host.name(), volume);
                Holdings.Holding is = now.of(host.name(), volume);
                if (!was.equals(is)) {
                    violations.add("I5: " + volume + " was " + was + " on " + host.name() + " before, and is " + is);
                }
            }
        }
        return violations;
    }

    private Map<LvUuid, LogicalVolume> sharedVolumes() {
        Map<LvUuid, LogicalVolume> shared = new HashMap<>();
        cluster.disk().volumes().forEach(v -> shared.put(v.uuid(), v));
        return shared;
    }
}
