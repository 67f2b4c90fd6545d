package io.lockstep.agent.disk;

import io.lockstep.agent.claim.Claiming;
import io.lockstep.agent.claim.UnresolvedDiskException;
import io.lockstep.agent.lane.Lanes;
import io.lockstep.agent.lane.Settled;
import io.lockstep.agent.state.StateStore;
import io.lockstep.agent.work.Deadline;
import io.lockstep.core.claim.DomainClaims;
import io.lockstep.core.domain.DiskSource;
import io.lockstep.core.domain.DomainDefinition;
import io.lockstep.core.domain.DomainReading;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.port.DeviceChange;
import io.lockstep.core.port.Hypervisor;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.Volume;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Unplugs, waits until libvirt does not show the disk any more, then releases.
 *
 * <p>Guarantee: claims end in the one way in which they end for every disk that is gone, by two looks that do not show it; so a guest
 * that lets go of its disk later, or an agent that dies in between, changes nothing about what becomes of the lock.
 */
final class Detaching {

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

    /** For two looks and a release; a refused release takes LVM five seconds. */
    private static final Duration RELEASE = Duration.ofSeconds(10);

    private final RunningDomains domains;
    private final StateStore state;
    private final Lanes lanes;
    private final Hypervisor hypervisor;
    private final Claiming.Pause pause;
    private final Duration lookGap;
    private final Runnable settle;

    Detaching(
            RunningDomains domains,
            StateStore state,
            Lanes lanes,
            Hypervisor hypervisor,
            Claiming.Pause pause,
            Duration lookGap,
            Runnable settle) {
        this.domains = domains;
        this.state = state;
        this.lanes = lanes;
        this.hypervisor = hypervisor;
        this.pause = pause;
        this.lookGap = lookGap.compareTo(BETWEEN_LOOKS) > 0 ? lookGap : BETWEEN_LOOKS;
        this.settle = settle;
    }

    DiskResult detach(RunningDomains.Found.Here here, DiskChanges.Which which, boolean persistent, Deadline wait) {
        DomainReading domain = here.reading();
        SortedMap<String, SortedMap<Volume, LockMode>> disks;
        try {
            disks = disks(here.definition());
        } catch (UnresolvedDiskException e) {
            return refused(e.getMessage(), domain, "");
        }
        List<String> targets =
                switch (which) {
                    case DiskChanges.Which.Target target ->
                        disks.containsKey(target.name()) ? List.of(target.name()) : List.of();
                    case DiskChanges.Which.On on ->
                        disks.entrySet().stream()
                                .filter(e -> e.getValue().containsKey(on.volume()))
                                .map(Map.Entry::getKey)
                                .toList();
                };
        return switch (targets.size()) {
            case 0 ->
                refused(
                        "domain " + domain.name() + " has no such disk on a shared volume; " + words(disks),
                        domain,
                        "");
            case 1 -> unplug(domain, targets.getFirst(), disks, persistent, wait);
            default ->
                refused(
                        "domain " + domain.name() + " uses it in several disks, " + String.join(", ", targets)
                                + ": name the one that is meant by its target",
                        domain,
                        "");
        };
    }

    private SortedMap<String, SortedMap<Volume, LockMode>> disks(DomainDefinition domain)
            throws UnresolvedDiskException {
        SortedMap<String, SortedMap<Volume, LockMode>> disks = new TreeMap<>();
        for (String target :
                domain.disks().stream().map(DiskSource::target).collect(Collectors.toCollection(TreeSet::new))) {
            SortedMap<Volume, LockMode> modes = domains.modes(domain, RunningDomains.ofTarget(domain, target));
            if (!modes.isEmpty()) {
                disks.put(target, modes);
            }
        }
        return disks;
    }

    private static String words(SortedMap<String, SortedMap<Volume, LockMode>> disks) {
        return disks.isEmpty()
                ? "it has none; other disks need no lock: detach them with virsh"
                : "it has "
                        + disks.entrySet().stream()
                                .map(e -> e.getKey() + " ("
                                        + e.getValue().keySet().stream()
                                                .map(Volume::toString)
                                                .collect(Collectors.joining(", "))
                                        + ")")
                                .collect(Collectors.joining(", "));
    }

    private static DiskResult refused(String reason, DomainReading domain, String target) {
        return DiskResult.of(DiskResult.Kind.REFUSED, reason, domain, target);
    }

    private DiskResult unplug(
            DomainReading domain,
            String target,
            SortedMap<String, SortedMap<Volume, LockMode>> disks,
            boolean persistent,
            Deadline wait) {
        SortedMap<Volume, LockMode> disk = disks.getOrDefault(target, new TreeMap<>());
        DeviceChange change = changed(domain, target, persistent);
        if (change instanceof DeviceChange.Refused refused) {
            return refused("libvirt: " + refused.reason(), domain, target);
        }
        RunningDomains.Shown shown = shown(domain.uuid(), target, disk, wait);
        return switch (shown) {
            case NO -> release(domain, target, disks, wait);
            case YES ->
                DiskResult.of(
                                change instanceof DeviceChange.Unknown
                                        ? DiskResult.Kind.UNKNOWN
                                        : DiskResult.Kind.INCOMPLETE,
                                asked(change) + "; the lock stays, and is released when it has",
                                domain,
                                target)
                        .with(held(disk));
            case UNKNOWN ->
                DiskResult.of(
                                DiskResult.Kind.UNKNOWN,
                                "libvirt was asked and does not answer now; the lock stays until it shows the disk gone",
                                domain,
                                target)
                        .with(held(disk));
        };
    }

    private static String asked(DeviceChange change) {
        return switch (change) {
            case DeviceChange.Unknown unknown ->
                "libvirt was asked (" + unknown.reason() + "), the guest has not released the disk";
            case DeviceChange.Done _, DeviceChange.Requested _, DeviceChange.Refused _ ->
                "requested, the guest has not released it yet";
        };
    }

    private DeviceChange changed(DomainReading domain, String target, boolean persistent) {
        try {
            return hypervisor.detachDisk(domain.uuid(), target, persistent);
        } catch (RuntimeException e) {
            return new DeviceChange.Unknown(e.toString());
        }
    }

    private RunningDomains.Shown shown(
            DomainUuid domain, String target, SortedMap<Volume, LockMode> disk, Deadline wait) {
        RunningDomains.Shown shown = domains.look(domain, target, disk);
        while (shown != RunningDomains.Shown.NO && !wait.passed() && paused()) {
            shown = domains.look(domain, target, disk);
        }
        return shown;
    }

    /** The volumes that no other disk of the domain uses. */
    private DiskResult release(
            DomainReading domain, String target, SortedMap<String, SortedMap<Volume, LockMode>> disks, Deadline wait) {
        SortedMap<Volume, LockMode> disk = disks.getOrDefault(target, new TreeMap<>());
        Set<Volume> gone = new TreeSet<>(disk.keySet());
        disks.forEach((other, modes) -> {
            if (!other.equals(target)) {
                gone.removeAll(modes.keySet());
            }
        });
        Deadline deadline = wait.anew(RELEASE);
        while (claims(domain.uuid(), gone) && !deadline.passed() && paused()) {
            domains.look(domain.uuid(), target, disk);
            settle.run();
        }
        return released(domain, target, disk, gone, deadline);
    }

    private boolean claims(DomainUuid domain, Set<Volume> volumes) {
        return state.get()
                .claimsOf(domain)
                .filter(c -> !Collections.disjoint(c.modes().keySet(), volumes))
                .isPresent();
    }

    private DiskResult released(
            DomainReading domain,
            String target,
            SortedMap<Volume, LockMode> disk,
            Set<Volume> gone,
            Deadline deadline) {
        Map<Volume, LockResult> results = held(disk);
        List<String> words = new ArrayList<>();
        Map<Volume, LockMode> unneeded = new TreeMap<>();
        disk.keySet().forEach(v -> {
            List<String> others = others(domain, v);
            if (!others.isEmpty()) {
                words.add(v + " stays locked for domain " + String.join(", ", others));
            } else if (gone.contains(v)) {
                unneeded.put(v, LockMode.UNLOCKED);
            } else {
                words.add(v + " stays locked for another disk of the domain");
            }
        });
        Map<Volume, LockResult> released = unlocked(unneeded, deadline);
        results.putAll(released);
        released.forEach((volume, result) -> words.add(
                result.granted()
                        ? volume + " released"
                        : volume + ": " + result.reason()
                                + ", so it stays locked until nothing has it open: lockstepctl why " + volume));
        boolean all = released.values().stream().allMatch(LockResult::granted);
        return DiskResult.of(
                        all ? DiskResult.Kind.DONE : DiskResult.Kind.INCOMPLETE,
                        "detached; " + String.join("; ", words),
                        domain,
                        target)
                .with(results);
    }

    private List<String> others(DomainReading domain, Volume volume) {
        return state.get().claims().values().stream()
                .filter(c -> !c.domain().equals(domain.uuid()) && c.modes().containsKey(volume))
                .map(DomainClaims::name)
                .toList();
    }

    /** qemu may have the device open for a moment after the guest has let go of it. */
    private Map<Volume, LockResult> unlocked(Map<Volume, LockMode> volumes, Deadline deadline) {
        lanes.releaseSoon(volumes.keySet());
        Settled settled = lanes.settle(volumes, deadline);
        while (!settled.granted() && !deadline.passed() && paused()) {
            settled = lanes.settle(volumes, deadline);
        }
        return settled.results();
    }

    private Map<Volume, LockResult> held(SortedMap<Volume, LockMode> disk) {
        Map<Volume, LockResult> held = new TreeMap<>();
        disk.keySet()
                .forEach(v -> held.put(
                        v,
                        lanes.held(v)
                                .<LockResult>map(LockResult.Granted::new)
                                .orElseGet(() -> new LockResult.Unknown("its lock cannot be read now"))));
        return held;
    }

    private boolean paused() {
        try {
            pause.of(lookGap);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
