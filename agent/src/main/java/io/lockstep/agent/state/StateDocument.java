package io.lockstep.agent.state;

import io.lockstep.core.claim.DomainClaims;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.OpenHandover;
import io.lockstep.core.handover.ReservationState;
import io.lockstep.core.handover.Side;
import io.lockstep.core.handover.SideProgress;
import io.lockstep.core.volume.Generation;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.Volume;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The state file's JSON: plain words and lists, so that a person can read it and an older or newer agent too. */
record StateDocument(
        int format,
        String boot,
        List<ClaimEntry> claims,
        List<AcquiredEntry> acquired,
        List<HandoverEntry> handovers,
        List<ClosedEntry> closed,
        Map<String, Long> epochs) {

    static final int FORMAT = 1;

    record VolumeEntry(String name, String uuid) {
        static VolumeEntry of(Volume volume) {
            return new VolumeEntry(volume.name().toString(), volume.uuid().value());
        }

        Volume volume() {
            return Volume.of(name, uuid);
        }
    }

    record ClaimEntry(String domain, String name, Optional<String> under, List<ModeEntry> volumes) {
        static ClaimEntry of(DomainClaims claims) {
            return new ClaimEntry(
                    claims.domain().toString(),
                    claims.name(),
                    claims.under().map(HandoverId::toString),
                    claims.modes().entrySet().stream()
                            .map(e -> new ModeEntry(VolumeEntry.of(e.getKey()), e.getValue()))
                            .toList());
        }

        DomainClaims claims() {
            SortedMap<Volume, LockMode> modes = new TreeMap<>();
            volumes.forEach(v -> modes.put(v.volume().volume(), v.mode()));
            return new DomainClaims(DomainUuid.of(domain), name, modes, under.map(HandoverId::of));
        }
    }

    record ModeEntry(VolumeEntry volume, LockMode mode) {}

    record AcquiredEntry(VolumeEntry volume, String boot, long generation) {}

    record HandoverEntry(
            String id,
            long epoch,
            String domain,
            String domainName,
            Side side,
            String peer,
            List<VolumeEntry> volumes,
            ReservationState reservation,
            Instant openedAt,
            Instant settlesAt) {

        static HandoverEntry of(OpenHandover handover) {
            return new HandoverEntry(
                    handover.id().toString(),
                    handover.epoch().value(),
                    handover.domain().toString(),
                    handover.domainName(),
                    handover.side(),
                    handover.peer().value(),
                    handover.volumes().stream().map(VolumeEntry::of).toList(),
                    handover.reservation(),
                    handover.openedAt(),
                    handover.settlesAt());
        }

        OpenHandover handover() {
            return new OpenHandover(
                    HandoverId.of(id),
                    new Epoch(epoch),
                    DomainUuid.of(domain),
                    domainName,
                    side,
                    new HostName(peer),
                    volumes.stream().map(VolumeEntry::volume).collect(Collectors.toCollection(TreeSet::new)),
                    reservation,
                    openedAt,
                    settlesAt);
        }
    }

    record ClosedEntry(HandoverEntry handover, SideProgress progress, Instant at) {}

    static StateDocument of(AgentState state) {
        Map<String, Long> epochs = new TreeMap<>();
        state.epochs().forEach((domain, epoch) -> epochs.put(domain.toString(), epoch.value()));
        return new StateDocument(
                FORMAT,
                state.bootId(),
                state.claims().values().stream().map(ClaimEntry::of).toList(),
                state.acquired().entrySet().stream()
                        .map(e -> new AcquiredEntry(
                                VolumeEntry.of(e.getKey()),
                                e.getValue().bootId(),
                                e.getValue().generation().value()))
                        .toList(),
                state.handovers().values().stream().map(HandoverEntry::of).toList(),
                state.closed().stream()
                        .map(c -> new ClosedEntry(HandoverEntry.of(c.handover()), c.progress(), c.at()))
                        .toList(),
                epochs);
    }

    AgentState state() {
        if (format != FORMAT) {
            throw new IllegalArgumentException("format " + format + " is not " + FORMAT);
        }
        SortedMap<DomainUuid, DomainClaims> byDomain = new TreeMap<>();
        claims.forEach(c -> byDomain.put(DomainUuid.of(c.domain()), c.claims()));
        SortedMap<Volume, Acquisition> byVolume = new TreeMap<>();
        acquired.forEach(
                a -> byVolume.put(a.volume().volume(), new Acquisition(a.boot(), new Generation(a.generation()))));
        SortedMap<DomainUuid, OpenHandover> open = new TreeMap<>();
        handovers.forEach(h -> open.put(DomainUuid.of(h.domain()), h.handover()));
        SortedMap<DomainUuid, Epoch> highest = new TreeMap<>();
        epochs.forEach((domain, epoch) -> highest.put(DomainUuid.of(domain), new Epoch(epoch)));
        return new AgentState(
                boot,
                byDomain,
                byVolume,
                open,
                closed.stream()
                        .map(c -> new ClosedHandover(c.handover().handover(), c.progress(), c.at()))
                        .toList(),
                highest);
    }
}
