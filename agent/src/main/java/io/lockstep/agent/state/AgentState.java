package io.lockstep.agent.state;

import io.lockstep.core.claim.DomainClaims;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.OpenHandover;
import io.lockstep.core.handover.SideProgress;
import io.lockstep.core.volume.LockspaceState;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.VgReading;
import io.lockstep.core.volume.Volume;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * All that an agent remembers, as one immutable value.
 *
 * @param bootId the boot in which the rest was written; what an older one claimed, reserved or acquired is void
 * @param claims by domain
 * @param acquired the volumes that Lockstep ever claimed here, and when; the others were activated by somebody else
 * @param handovers the open ones, at most one a domain
 * @param closed those that ended lately
 * @param epochs the highest epoch seen for each domain
 */
public record AgentState(
        String bootId,
        SortedMap<DomainUuid, DomainClaims> claims,
        SortedMap<Volume, Acquisition> acquired,
        SortedMap<DomainUuid, OpenHandover> handovers,
        List<ClosedHandover> closed,
        SortedMap<DomainUuid, Epoch> epochs) {

    /** How long a closed handover is told of: longer than a controller's restart, shorter than would make messages grow. */
    private static final Duration REMEMBERED = Duration.ofMinutes(10);

    public static final AgentState EMPTY =
            new AgentState("", new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), List.of(), new TreeMap<>());

    public AgentState {
        claims = Collections.unmodifiableSortedMap(new TreeMap<>(claims));
        acquired = Collections.unmodifiableSortedMap(new TreeMap<>(acquired));
        handovers = Collections.unmodifiableSortedMap(new TreeMap<>(handovers));
        closed = List.copyOf(closed);
        epochs = Collections.unmodifiableSortedMap(new TreeMap<>(epochs));
    }

    public Optional<DomainClaims> claimsOf(DomainUuid domain) {
        return Optional.ofNullable(claims.get(domain));
    }

    public Optional<OpenHandover> handoverOf(DomainUuid domain) {
        return Optional.ofNullable(handovers.get(domain));
    }

    public Epoch highestEpoch(DomainUuid domain) {
        return epochs.getOrDefault(domain, Epoch.NONE);
    }

    /** The volumes of a group whose lock is ours: acquired in this boot and in the lockspace's present generation. */
    public Set<Volume> ours(VgReading reading, String bootId) {
        if (!(reading.lockspace() instanceof LockspaceState.Live live)) {
            return Set.of();
        }
        Acquisition now = new Acquisition(bootId, live.generation());
        Set<Volume> ours = new TreeSet<>();
        acquired.forEach((volume, when) -> {
            if (volume.vg().equals(reading.vg()) && when.equals(now)) {
                ours.add(volume);
            }
        });
        return ours;
    }

    /** The state at the start of an agent in this boot: of an older boot only the epochs and the news for controllers are left. */
    public AgentState in(String boot, Instant now) {
        if (boot.equals(bootId)) {
            return this;
        }
        AgentState left = this;
        for (OpenHandover open : handovers.values()) {
            left = left.closing(open.id(), SideProgress.GONE, now);
        }
        return new AgentState(boot, new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), left.closed(), epochs);
    }

    public AgentState with(DomainClaims domain) {
        return with(claims, m -> m.put(domain.domain(), domain));
    }

    public AgentState withoutClaimsOf(DomainUuid domain) {
        return with(claims, m -> m.remove(domain));
    }

    private AgentState with(
            SortedMap<DomainUuid, DomainClaims> from, Consumer<SortedMap<DomainUuid, DomainClaims>> change) {
        return new AgentState(bootId, changed(from, change), acquired, handovers, closed, epochs);
    }

    /** Marks volumes of one group as ours from now on. */
    public AgentState acquiring(Set<Volume> volumes, VgName vg, Acquisition when) {
        return withAcquired(m -> volumes.stream().filter(v -> v.vg().equals(vg)).forEach(v -> m.put(v, when)));
    }

    public AgentState notOurs(Set<Volume> volumes) {
        return withAcquired(m -> volumes.forEach(m::remove));
    }

    private AgentState withAcquired(Consumer<SortedMap<Volume, Acquisition>> change) {
        return new AgentState(bootId, claims, changed(acquired, change), handovers, closed, epochs);
    }

    /** Opens or changes a handover, and keeps its epoch. */
    public AgentState with(OpenHandover handover) {
        return new AgentState(
                bootId,
                claims,
                acquired,
                changed(handovers, m -> m.put(handover.domain(), handover)),
                closed,
                changed(epochs, m -> m.merge(handover.domain(), handover.epoch(), Epoch::highest)));
    }

    /** Ends a handover; the claims that were content with SHARED under it stand for themselves again. */
    public AgentState closing(HandoverId id, SideProgress how, Instant now) {
        Optional<OpenHandover> open =
                handovers.values().stream().filter(h -> h.id().equals(id)).findFirst();
        if (open.isEmpty()) {
            return this;
        }
        DomainUuid domain = open.get().domain();
        List<ClosedHandover> kept = new ArrayList<>(closed);
        kept.removeIf(c -> c.at().plus(REMEMBERED).isBefore(now));
        kept.add(new ClosedHandover(open.get(), how, now));
        return new AgentState(
                bootId,
                changed(claims, m -> m.computeIfPresent(domain, (d, c) -> c.under(Optional.empty()))),
                acquired,
                changed(handovers, m -> m.remove(domain)),
                kept,
                epochs);
    }

    private static <K extends Comparable<K>, V> SortedMap<K, V> changed(
            SortedMap<K, V> from, Consumer<SortedMap<K, V>> change) {
        SortedMap<K, V> copy = new TreeMap<>(from);
        change.accept(copy);
        return copy;
    }
}
