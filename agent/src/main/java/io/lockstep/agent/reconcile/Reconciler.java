package io.lockstep.agent.reconcile;

import io.lockstep.agent.claim.Claiming;
import io.lockstep.agent.claim.Policy;
import io.lockstep.agent.claim.UnresolvedDiskException;
import io.lockstep.agent.claim.Volumes;
import io.lockstep.agent.handover.Handovers;
import io.lockstep.agent.lane.Lanes;
import io.lockstep.agent.libvirt.DomainWatch;
import io.lockstep.agent.state.AgentState;
import io.lockstep.agent.state.StateNotSavedException;
import io.lockstep.agent.state.StateStore;
import io.lockstep.core.claim.DomainClaims;
import io.lockstep.core.domain.DomainReading;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.DomainXml;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.OwnObservation;
import io.lockstep.core.handover.ReservationState;
import io.lockstep.core.hook.Enforcement;
import io.lockstep.core.rule.ClaimsByLooking;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeTable;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the claims in step with the domains that libvirt shows, and has the lanes keep the locks in step with the claims.
 *
 * <p>Guarantees: nothing is claimed or given up on one look; a domain with a hook in progress, and all domains of a silent libvirt,
 * are left as they are; while a domain is coming in or going out its claims are the handover's affair.
 */
public final class Reconciler {

    private static final Logger LOG = Logger.getLogger(Reconciler.class);

    private final Policy policy;
    private final StateStore state;
    private final DomainWatch watch;
    private final Volumes volumes;
    private final Claiming claiming;
    private final Handovers handovers;
    private final Lanes lanes;
    private final ReentrantLock reconciling = new ReentrantLock();
    private final Map<DomainUuid, Known> known = new ConcurrentHashMap<>();

    /** The modes that an XML asks for: it is read again only when it, or what names stand for, has changed. */
    private record Known(String xml, VolumeTable table, SortedMap<Volume, LockMode> modes) {}

    public Reconciler(
            Policy policy,
            StateStore state,
            DomainWatch watch,
            Volumes volumes,
            Claiming claiming,
            Handovers handovers,
            Lanes lanes) {
        this.policy = policy;
        this.state = state;
        this.watch = watch;
        this.volumes = volumes;
        this.claiming = claiming;
        this.handovers = handovers;
        this.lanes = lanes;
    }

    /** Compares what was seen last with what is claimed, and settles what follows. */
    public void pass() {
        reconciling.lock();
        try {
            state.retry();
            if (watch.silence().isEmpty()) {
                watch.domains().forEach(this::claimWhatRuns);
                if (!watch.withholds() && watch.domains().stream().allMatch(this::claimsWhatItUses)) {
                    claiming.guestsAreKnown();
                }
                state.get().claims().values().forEach(this::endWhatIsGone);
                known.keySet().removeIf(d -> watch.domain(d).isEmpty());
            }
            // A lock that was lost with its lockspace and granted again is ours in the new generation.
            state.giveUp(s -> claiming.acquiring(s, claimed(s)));
            handovers.settle(lanes);
            forgetWhatIsReleased();
        } finally {
            reconciling.unlock();
        }
    }

    private static Set<Volume> claimed(AgentState state) {
        Set<Volume> claimed = new TreeSet<>();
        state.claims().values().forEach(c -> claimed.addAll(c.modes().keySet()));
        state.handovers().values().stream()
                .filter(h -> h.reservation() == ReservationState.PENDING)
                .forEach(h -> claimed.addAll(h.volumes()));
        return claimed;
    }

    /** What is released is not ours any more: if somebody activates it by hand later, it is theirs. */
    private void forgetWhatIsReleased() {
        Set<Volume> needed = handovers.needs().keySet();
        Set<Volume> released = new TreeSet<>();
        state.get().acquired().keySet().stream()
                .filter(v -> !needed.contains(v))
                .filter(lanes::released)
                .forEach(released::add);
        if (!released.isEmpty()) {
            state.giveUp(s -> s.notOurs(released.stream()
                    .filter(v -> s.claims().values().stream()
                            .noneMatch(c -> c.modes().containsKey(v)))
                    .filter(v -> s.handovers().values().stream()
                            .noneMatch(h -> h.volumes().contains(v)))
                    .collect(java.util.stream.Collectors.toSet())));
        }
    }

    /** Whether it has the claims that it is to have. */
    private boolean claimsWhatItUses(DomainReading domain) {
        return state.get().claimsOf(domain.uuid()).isPresent()
                || ClaimsByLooking.begin(watch.observation(domain.uuid()));
    }

    /** A guest that ran before Lockstep was there, was started past its hook, or has got or lost a disk. */
    private void claimWhatRuns(DomainReading domain) {
        OwnObservation seen = watch.observation(domain.uuid());
        if (!ClaimsByLooking.begin(seen)) {
            return;
        }
        Optional<DomainClaims> claims = state.get().claimsOf(domain.uuid());
        Optional<SortedMap<Volume, LockMode>> wanted = modes(domain);
        if (wanted.isEmpty()
                || wanted.get()
                        .equals(claims.<Map<Volume, LockMode>>map(DomainClaims::modes)
                                .orElse(Map.of()))) {
            return;
        }
        Set<Volume> gone = new TreeSet<>(claims.map(c -> c.modes().keySet()).orElse(Set.of()));
        gone.removeAll(wanted.get().keySet());
        LOG.infof("domain %s uses %s: claimed by looking at it", domain.name(), wanted.get());
        if (wanted.get().isEmpty()) {
            state.giveUp(s -> stillSettled(domain) ? s.withoutClaimsOf(domain.uuid()) : s);
        } else {
            DomainClaims next = DomainClaims.of(domain.uuid(), domain.name(), wanted.get());
            try {
                // Looked at again under the state's lock: a hook may have begun meanwhile, and knows better.
                state.promise(s -> stillSettled(domain)
                        ? claiming.acquiring(
                                s.with(next.under(s.claimsOf(domain.uuid()).flatMap(DomainClaims::under))),
                                next.modes().keySet())
                        : s);
            } catch (StateNotSavedException e) {
                LOG.warnf("domain %s cannot be claimed: %s", domain.name(), e.getMessage());
                return;
            }
        }
        lanes.releaseSoon(gone);
        lanes.wake(wanted.get().keySet());
    }

    private boolean stillSettled(DomainReading domain) {
        return ClaimsByLooking.settled(watch.observation(domain.uuid()).domain());
    }

    private Optional<SortedMap<Volume, LockMode>> modes(DomainReading domain) {
        Known last = known.get(domain.uuid());
        VolumeTable table = lanes.table();
        if (last != null && last.xml().equals(domain.xml()) && last.table().equals(table)) {
            return Optional.of(last.modes());
        }
        // What could not be read is not remembered.
        Optional<SortedMap<Volume, LockMode>> modes = read(domain).map(m -> withoutLoss(domain, last, m));
        modes.ifPresentOrElse(
                m -> known.put(domain.uuid(), new Known(domain.xml(), table, m)), () -> known.remove(domain.uuid()));
        return modes;
    }

    /** As long as its XML is the same the domain uses the same volumes, even those that nobody can find at the moment. */
    private static SortedMap<Volume, LockMode> withoutLoss(
            DomainReading domain, @Nullable Known last, SortedMap<Volume, LockMode> modes) {
        if (last == null || !last.xml().equals(domain.xml())) {
            return modes;
        }
        SortedMap<Volume, LockMode> all = new TreeMap<>(modes);
        last.modes().forEach((volume, mode) -> {
            if (!Volumes.renewed(volume, modes.keySet())) {
                LOG.warnf("domain %s: %s is not found any more; its claim stays", domain.name(), volume);
                all.put(volume, mode);
            }
        });
        return all;
    }

    private Optional<SortedMap<Volume, LockMode>> read(DomainReading domain) {
        return switch (DomainXml.parse(domain.xml().getBytes(StandardCharsets.UTF_8))) {
            case DomainXml.Refused refused -> {
                LOG.warnf("the XML of domain %s cannot be read: %s", domain.name(), refused.reason());
                yield Optional.empty();
            }
            case DomainXml.Parsed parsed -> {
                try {
                    SortedMap<Volume, LockMode> modes = volumes.known(parsed.domain());
                    Set<io.lockstep.core.volume.VgName> vgs = new TreeSet<>();
                    modes.keySet().forEach(v -> vgs.add(v.vg()));
                    yield policy.of(domain.uuid(), domain.name(), vgs) == Enforcement.OFF
                            ? Optional.of(new TreeMap<>())
                            : Optional.of(modes);
                } catch (UnresolvedDiskException e) {
                    LOG.warnf("domain %s: %s", domain.name(), e.getMessage());
                    yield Optional.empty();
                }
            }
        };
    }

    /** A domain whose release hook never came. */
    private void endWhatIsGone(DomainClaims claims) {
        OwnObservation seen = watch.observation(claims.domain());
        if (!ClaimsByLooking.end(seen, state.get().handoverOf(claims.domain()).isPresent())) {
            return;
        }
        LOG.infof("domain %s does not run here any more: its claims end", claims.name());
        state.giveUp(s -> watch.observation(claims.domain()).domain() == OwnDomain.ABSENT
                ? s.withoutClaimsOf(claims.domain())
                : s);
        lanes.releaseSoon(claims.modes().keySet());
    }
}
