package io.lockstep.agent.disk;

import io.lockstep.agent.claim.Claiming;
import io.lockstep.agent.claim.Policy;
import io.lockstep.agent.claim.Refusals;
import io.lockstep.agent.claim.UnresolvedDiskException;
import io.lockstep.agent.libvirt.HooksInProgress;
import io.lockstep.agent.work.Deadline;
import io.lockstep.core.claim.DomainClaims;
import io.lockstep.core.domain.DiskSource;
import io.lockstep.core.domain.DiskXml;
import io.lockstep.core.domain.DomainDefinition;
import io.lockstep.core.domain.DomainReading;
import io.lockstep.core.hook.Enforcement;
import io.lockstep.core.port.DeviceChange;
import io.lockstep.core.port.Hypervisor;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.Volume;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Claims, locks, then plugs in.
 *
 * <p>Guarantees: the domain counts as one with a hook in progress from before the claim is recorded until libvirt has answered, so no
 * look that does not show the disk yet ends the claim; what a refused call took is given back. An agent that dies in between
 * leaves a claim that two looks of the next one end.
 */
final class Attaching {

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);
    private static final int LOOKS = 10;

    private final RunningDomains domains;
    private final HooksInProgress hooks;
    private final Policy policy;
    private final Claiming claiming;
    private final Refusals refusals;
    private final Hypervisor hypervisor;
    private final Claiming.Pause pause;

    Attaching(
            RunningDomains domains,
            HooksInProgress hooks,
            Policy policy,
            Claiming claiming,
            Refusals refusals,
            Hypervisor hypervisor,
            Claiming.Pause pause) {
        this.domains = domains;
        this.hooks = hooks;
        this.policy = policy;
        this.claiming = claiming;
        this.refusals = refusals;
        this.hypervisor = hypervisor;
        this.pause = pause;
    }

    DiskResult attach(RunningDomains.Found.Here here, DiskXml disk, boolean persistent, Deadline deadline) {
        DomainReading domain = here.reading();
        SortedMap<Volume, LockMode> modes;
        try {
            modes = domains.modes(here.definition(), disk.sources());
            Optional<String> refusal = refusal(here, disk, modes);
            if (refusal.isPresent()) {
                return refused(refusal.get(), domain, disk);
            }
        } catch (UnresolvedDiskException e) {
            return refused(e.getMessage(), domain, disk);
        }
        try (HooksInProgress.Progress _ = hooks.begin(domain.uuid())) {
            Claiming.Addition addition = claiming.add(
                    DomainClaims.of(domain.uuid(), domain.name(), modes),
                    s -> domains.migrating(s, domain.uuid()),
                    deadline,
                    policy.giveBack());
            return switch (addition) {
                case Claiming.Addition.NotAdded not -> notAdded(not.why(), domain, disk, deadline);
                case Claiming.Addition.Added added -> plugIn(domain, disk, persistent, modes, added.giveBack());
            };
        }
    }

    private Optional<String> refusal(RunningDomains.Found.Here here, DiskXml disk, SortedMap<Volume, LockMode> modes)
            throws UnresolvedDiskException {
        DomainReading domain = here.reading();
        if (modes.isEmpty()) {
            return Optional.of(
                    "disk " + disk.target() + " uses no volume of a shared volume group that this host manages;"
                            + " it needs no lock: attach it with virsh");
        }
        Set<VgName> vgs = modes.keySet().stream().map(Volume::vg).collect(Collectors.toCollection(TreeSet::new));
        if (policy.of(domain.uuid(), domain.name(), vgs) == Enforcement.OFF) {
            return Optional.of(
                    "Lockstep is off for domain " + domain.name() + " on this host: attach the disk with virsh");
        }
        if (!RunningDomains.ofTarget(here.definition(), disk.target()).isEmpty()) {
            return Optional.of(
                    "domain " + domain.name() + " has a disk " + disk.target() + " already: choose another target");
        }
        SortedMap<Volume, LockMode> had =
                domains.known(here.definition(), here.definition().disks());
        return modes.entrySet().stream()
                .filter(e -> had.containsKey(e.getKey()) && !e.getValue().compatibleWith(had.get(e.getKey())))
                .map(e -> "domain " + domain.name() + " uses " + e.getKey() + " already"
                        + as(here.definition(), e.getKey()))
                .findFirst();
    }

    private String as(DomainDefinition domain, Volume volume) {
        List<String> targets = domain.disks().stream()
                .filter(d -> uses(domain, d, volume))
                .map(DiskSource::target)
                .distinct()
                .toList();
        return targets.isEmpty() ? "" : ", as " + String.join(", ", targets);
    }

    private boolean uses(DomainDefinition domain, DiskSource disk, Volume volume) {
        try {
            return domains.known(domain, List.of(disk)).containsKey(volume);
        } catch (UnresolvedDiskException e) {
            return false;
        }
    }

    private static DiskResult refused(String reason, DomainReading domain, DiskXml disk) {
        return DiskResult.of(DiskResult.Kind.REFUSED, reason, domain, disk.target());
    }

    private DiskResult notAdded(Claiming.Outcome why, DomainReading domain, DiskXml disk, Deadline deadline) {
        return switch (why) {
            case Claiming.Outcome.Conflicting conflicting ->
                refused(Refusals.conflicts(conflicting.conflicts()), domain, disk);
            case Claiming.Outcome.Refused refused ->
                refused(refusals.explain(refused.refusals(), deadline), domain, disk)
                        .with(refused.refusals());
            case Claiming.Outcome.NotRecorded notRecorded -> refused(notRecorded.reason(), domain, disk);
            case Claiming.Outcome.Cancelled ignored ->
                refused("the locks did not come in time; they were given back, try again", domain, disk);
            case Claiming.Outcome.Claimed ignored -> throw new IllegalStateException("claimed, and not added");
        };
    }

    private DiskResult plugIn(
            DomainReading domain,
            DiskXml disk,
            boolean persistent,
            SortedMap<Volume, LockMode> modes,
            Runnable giveBack) {
        DeviceChange change = changed(domain, disk, persistent);
        RunningDomains.Shown shown = shown(domain, disk, modes, change);
        Map<Volume, LockResult> locks = new TreeMap<>();
        modes.forEach((volume, mode) -> locks.put(volume, new LockResult.Granted(mode)));
        return switch (shown) {
            case YES ->
                DiskResult.of(
                                complaint(change).isEmpty() ? DiskResult.Kind.DONE : DiskResult.Kind.INCOMPLETE,
                                "attached; " + words(modes)
                                        + complaint(change)
                                                .map(c -> "; but libvirt said: " + c)
                                                .orElse(""),
                                domain,
                                disk.target())
                        .with(locks);
            case UNKNOWN ->
                unknown(change, "libvirt does not answer now", domain, disk).with(locks);
            case NO ->
                switch (change) {
                    case DeviceChange.Refused refused -> {
                        giveBack.run();
                        yield refused("libvirt: " + refused.reason() + "; the locks were given back", domain, disk);
                    }
                    case DeviceChange.Done _, DeviceChange.Requested _, DeviceChange.Unknown _ ->
                        unknown(change, "the domain does not show the disk yet", domain, disk)
                                .with(locks);
                };
        };
    }

    private DeviceChange changed(DomainReading domain, DiskXml disk, boolean persistent) {
        try {
            return hypervisor.attachDisk(domain.uuid(), disk.text(), persistent);
        } catch (RuntimeException e) {
            return new DeviceChange.Unknown(e.toString());
        }
    }

    /** A refusal is believed after one look; whatever else libvirt said, its XML shows the disk soon or not at all. */
    private RunningDomains.Shown shown(
            DomainReading domain, DiskXml disk, SortedMap<Volume, LockMode> modes, DeviceChange change) {
        RunningDomains.Shown shown = domains.look(domain.uuid(), disk.target(), modes);
        for (int looks = 1;
                looks < LOOKS && shown == RunningDomains.Shown.NO && !(change instanceof DeviceChange.Refused);
                looks++) {
            try {
                pause.of(BETWEEN_LOOKS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return shown;
            }
            shown = domains.look(domain.uuid(), disk.target(), modes);
        }
        return shown;
    }

    private static Optional<String> complaint(DeviceChange change) {
        return switch (change) {
            case DeviceChange.Refused refused -> Optional.of(refused.reason());
            case DeviceChange.Done _, DeviceChange.Requested _, DeviceChange.Unknown _ -> Optional.empty();
        };
    }

    private static DiskResult unknown(DeviceChange change, String sight, DomainReading domain, DiskXml disk) {
        String said =
                switch (change) {
                    case DeviceChange.Done _, DeviceChange.Requested _ -> "libvirt took the request";
                    case DeviceChange.Refused refused -> "libvirt: " + refused.reason();
                    case DeviceChange.Unknown unknown -> "libvirt was asked: " + unknown.reason();
                };
        return DiskResult.of(
                DiskResult.Kind.UNKNOWN,
                said + "; " + sight + ". The locks follow what it shows next: look at virsh domblklist " + domain.name()
                        + " before you try again",
                domain,
                disk.target());
    }

    private static String words(SortedMap<Volume, LockMode> modes) {
        return modes.entrySet().stream()
                .map(e -> e.getKey() + " " + e.getValue())
                .collect(Collectors.joining(", "));
    }
}
