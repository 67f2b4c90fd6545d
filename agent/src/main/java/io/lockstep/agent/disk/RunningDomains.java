package io.lockstep.agent.disk;

import io.lockstep.agent.claim.UnresolvedDiskException;
import io.lockstep.agent.claim.Volumes;
import io.lockstep.agent.libvirt.DomainWatch;
import io.lockstep.agent.state.AgentState;
import io.lockstep.agent.state.StateStore;
import io.lockstep.core.domain.DiskSource;
import io.lockstep.core.domain.DomainDefinition;
import io.lockstep.core.domain.DomainReading;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.DomainXml;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.OpenHandover;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.Volume;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** Domains of this host as a look of this moment shows them. */
final class RunningDomains {

    private final DomainWatch watch;
    private final StateStore state;
    private final Volumes volumes;

    RunningDomains(DomainWatch watch, StateStore state, Volumes volumes) {
        this.watch = watch;
        this.state = state;
        this.volumes = volumes;
    }

    /** What a look for a domain found. */
    sealed interface Found {
        /** It runs here, and may get or lose a disk. */
        record Here(DomainReading reading, DomainDefinition definition) implements Found {}

        /** @param result a refusal */
        record NotHere(DiskResult result) implements Found {}
    }

    /** Asks libvirt for the domain of this UUID or name. */
    Found find(String wanted) {
        watch.look();
        Optional<String> silence = watch.silence();
        if (silence.isPresent()) {
            return refused("libvirt on this host does not answer: " + silence.get() + "; nothing was done, try again");
        }
        Optional<DomainReading> listed = watch.domains().stream()
                .filter(d -> d.uuid().toString().equalsIgnoreCase(wanted))
                .findFirst()
                .or(() -> watch.domains().stream()
                        .filter(d -> d.name().equals(wanted))
                        .findFirst());
        if (listed.isEmpty() && watch.withholds()) {
            return refused("libvirt does not show every domain of this host at the moment, and " + wanted
                    + " may be one of those that it does not; nothing was done, try again");
        }
        if (listed.isEmpty()) {
            return refused(
                    "domain " + wanted + " does not run on this host; a domain that is shut off gets or loses a disk"
                            + " with virsh attach-disk or detach-disk and --config, and its locks when it starts");
        }
        DomainReading domain = listed.get();
        Optional<String> busy = busy(domain);
        if (busy.isPresent()) {
            return refused(busy.get(), domain);
        }
        return switch (DomainXml.parse(domain.xml().getBytes(StandardCharsets.UTF_8))) {
            case DomainXml.Refused unreadable -> refused(unreadable.reason(), domain);
            case DomainXml.Parsed parsed -> new Found.Here(domain, parsed.domain());
        };
    }

    private static Found refused(String reason) {
        return new Found.NotHere(DiskResult.refused(reason));
    }

    private static Found refused(String reason, DomainReading domain) {
        return new Found.NotHere(DiskResult.of(DiskResult.Kind.REFUSED, reason, domain, ""));
    }

    private Optional<String> busy(DomainReading domain) {
        return migrating(state.get(), domain.uuid())
                .or(() -> doing(watch.fresh(domain.uuid()))
                        .map(what ->
                                "domain " + domain.name() + " " + what + "; nothing was done, try again afterwards"));
    }

    /** Why a domain's disks may not change in this state. */
    Optional<String> migrating(AgentState now, DomainUuid domain) {
        return now.handoverOf(domain).map(RunningDomains::migrating);
    }

    private static String migrating(OpenHandover handover) {
        return "domain " + handover.domainName() + " is in handover " + handover.id() + " with " + handover.peer()
                + ": its disks stay what they are until that closes: lockstepctl handover " + handover.id();
    }

    private static Optional<String> doing(OwnDomain own) {
        return switch (own) {
            case ACTIVE -> Optional.empty();
            case UNKNOWN -> Optional.of("is just being changed: a hook of it is in progress");
            case OUTGOING -> Optional.of("is migrating away");
            case STARTING -> Optional.of("is just starting");
            case PAUSED_MIGRATING -> Optional.of("is paused in a migration");
            case POST_COPY, POST_COPY_PAUSED, POST_COPY_FAILED -> Optional.of("is in a post-copy migration");
            case ABSENT -> Optional.of("has just stopped");
        };
    }

    /** Whether libvirt shows a disk. */
    enum Shown {
        YES,
        NO,
        UNKNOWN
    }

    /** Asks libvirt whether the domain has a disk of this target on these volumes. */
    Shown look(DomainUuid domain, String target, SortedMap<Volume, LockMode> disk) {
        watch.look();
        if (watch.silence().isPresent()) {
            return Shown.UNKNOWN;
        }
        Optional<DomainReading> reading = watch.domain(domain);
        if (reading.isEmpty()) {
            return watch.withheld(domain) ? Shown.UNKNOWN : Shown.NO;
        }
        return switch (DomainXml.parse(reading.get().xml().getBytes(StandardCharsets.UTF_8))) {
            case DomainXml.Refused ignored -> Shown.UNKNOWN;
            case DomainXml.Parsed parsed -> {
                try {
                    yield known(parsed.domain(), ofTarget(parsed.domain(), target))
                                    .keySet()
                                    .containsAll(disk.keySet())
                            ? Shown.YES
                            : Shown.NO;
                } catch (UnresolvedDiskException e) {
                    yield Shown.UNKNOWN;
                }
            }
        };
    }

    static List<DiskSource> ofTarget(DomainDefinition domain, String target) {
        return domain.disks().stream().filter(d -> d.target().equals(target)).toList();
    }

    /** What some of a domain's disks need, by the names as they were read last. */
    SortedMap<Volume, LockMode> known(DomainDefinition domain, List<DiskSource> disks) throws UnresolvedDiskException {
        return volumes.known(only(domain, disks));
    }

    /** The same, with the names read again when one is not known. */
    SortedMap<Volume, LockMode> modes(DomainDefinition domain, List<DiskSource> disks) throws UnresolvedDiskException {
        return volumes.modes(only(domain, disks));
    }

    private static DomainDefinition only(DomainDefinition domain, List<DiskSource> disks) {
        return new DomainDefinition(domain.uuid(), domain.name(), disks, Optional.empty());
    }
}
