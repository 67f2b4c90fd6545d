package io.lockstep.agent.handover;

import io.lockstep.agent.claim.Claiming;
import io.lockstep.agent.claim.Policy;
import io.lockstep.agent.claim.Refusals;
import io.lockstep.agent.claim.UnresolvedDiskException;
import io.lockstep.agent.claim.Volumes;
import io.lockstep.agent.controller.Controller;
import io.lockstep.agent.state.AgentState;
import io.lockstep.agent.state.StateNotSavedException;
import io.lockstep.agent.state.StateStore;
import io.lockstep.agent.work.Deadline;
import io.lockstep.core.claim.DomainClaims;
import io.lockstep.core.domain.DomainDefinition;
import io.lockstep.core.handover.HandoverToken;
import io.lockstep.core.handover.OpenHandover;
import io.lockstep.core.handover.ReservationState;
import io.lockstep.core.handover.Side;
import io.lockstep.core.handover.SideProgress;
import io.lockstep.core.hook.Verdict;
import io.lockstep.core.port.LockManager;
import io.lockstep.core.rule.ClaimRules;
import io.lockstep.core.volume.Lease;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.Volume;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * The target's {@code migrate} hook: it opens a handover through the controller, and lets libvirt migrate once both hosts hold the
 * domain's volumes SHARED.
 *
 * <p>Guarantee: when it refuses, or when its caller goes away, this host holds nothing that it did not hold before, and the source
 * is told that it may take its locks back.
 */
public final class TargetSide {

    private static final Logger LOG = Logger.getLogger(TargetSide.class);

    private final Policy policy;
    private final StateStore state;
    private final Volumes volumes;
    private final Claiming claiming;
    private final Handovers handovers;
    private final Controller controller;
    private final LockManager lockManager;
    private final Refusals refusals;
    private final InstantSource clock;

    public TargetSide(
            Policy policy,
            StateStore state,
            Volumes volumes,
            Claiming claiming,
            Handovers handovers,
            Controller controller,
            LockManager lockManager,
            Refusals refusals,
            InstantSource clock) {
        this.policy = policy;
        this.state = state;
        this.volumes = volumes;
        this.claiming = claiming;
        this.handovers = handovers;
        this.controller = controller;
        this.lockManager = lockManager;
        this.refusals = refusals;
        this.clock = clock;
    }

    public Verdict migrate(DomainDefinition domain, byte[] xml, Deadline deadline) {
        SortedMap<Volume, LockMode> modes;
        try {
            modes = volumes.modes(domain);
        } catch (UnresolvedDiskException e) {
            return refuse(domain, e.getMessage());
        }
        if (modes.isEmpty()) {
            return Verdict.allow();
        }
        List<ClaimRules.Conflict> conflicts = ClaimRules.conflicts(
                state.get().claims().values(),
                state.get().handovers().values(),
                DomainClaims.of(domain.uuid(), domain.name(), modes));
        if (!conflicts.isEmpty()) {
            return refuse(domain, Refusals.conflicts(conflicts));
        }
        SortedSet<Volume> wanted = new TreeSet<>(modes.keySet());
        Optional<Map<Volume, LockResult>> down = claiming.lockspacesDown(wanted, deadline);
        if (down.isPresent()) {
            return refuse(domain, refusals.explain(down.get(), deadline));
        }
        Controller.BeginOutcome outcome = controller.begin(
                domain.uuid(),
                domain.name(),
                wanted,
                state.get().highestEpoch(domain.uuid()),
                deadline.within(policy.begin()));
        return switch (outcome) {
            case Controller.BeginOutcome.Opened opened -> share(domain, modes, opened, xml, deadline);
            case Controller.BeginOutcome.NobodyRunsIt ignored -> Verdict.allow();
            case Controller.BeginOutcome.Refused refused -> refuse(domain, refused.reason());
            case Controller.BeginOutcome.Unreachable unreachable -> alone(domain, wanted, unreachable.reason());
        };
    }

    /** Without a controller nothing can be handed over; so only what is free everywhere may come, which is an offline migration. */
    private Verdict alone(DomainDefinition domain, SortedSet<Volume> wanted, String reason) {
        boolean free =
                wanted.stream().collect(Collectors.groupingBy(Volume::vg, Collectors.toSet())).entrySet().stream()
                                .map(group -> lockManager.leases(group.getKey(), group.getValue()))
                                .mapToLong(leases -> leases.values().stream()
                                        .filter(Lease.Free.class::isInstance)
                                        .count())
                                .sum()
                        == wanted.size();
        return free
                ? Verdict.allow()
                : refuse(
                        domain,
                        "a live migration needs the controller, and it does not answer (" + reason
                                + "): check it with systemctl status lockstep-controller, then migrate again");
    }

    private Verdict share(
            DomainDefinition domain,
            SortedMap<Volume, LockMode> modes,
            Controller.BeginOutcome.Opened opened,
            byte[] xml,
            Deadline deadline) {
        SortedSet<Volume> shared = new TreeSet<>(opened.shared());
        shared.retainAll(modes.keySet());
        Instant now = clock.instant();
        OpenHandover handover = new OpenHandover(
                opened.id(),
                opened.epoch(),
                domain.uuid(),
                domain.name(),
                Side.TARGET,
                opened.source(),
                shared,
                ReservationState.PENDING,
                now,
                now.plus(policy.reservation()));
        // The lockspaces were live before the source was asked, which may be a while ago.
        Optional<Map<Volume, LockResult>> down = claiming.lockspacesDown(shared, deadline);
        if (down.isPresent()) {
            handovers.tellGone(handover);
            return refuse(domain, refusals.explain(down.get(), deadline));
        }
        AgentState before = state.get();
        try {
            state.promise(
                    s -> s.handoverOf(domain.uuid()).isPresent() ? s : claiming.acquiring(s.with(handover), shared));
            Optional<OpenHandover> open = state.get().handoverOf(domain.uuid());
            if (open.filter(handover::equals).isEmpty()) {
                handovers.tellGone(handover);
                return refuse(
                        domain,
                        "handover " + open.map(h -> h.id().toString()).orElse("")
                                + " of it is still open on this host; migrate again when it has closed");
            }
        } catch (StateNotSavedException e) {
            handovers.tellGone(handover);
            return refuse(domain, e.getMessage());
        }
        Map<Volume, LockMode> content = new TreeMap<>();
        shared.forEach(v -> content.put(v, LockMode.SHARED));
        Claiming.Outcome outcome = claiming.take(
                content,
                before,
                s -> s.closing(handover.id(), SideProgress.GONE, clock.instant()),
                deadline,
                policy.giveBack());
        return switch (outcome) {
            case Claiming.Outcome.Claimed ignored -> {
                LOG.infof(
                        "handover %s of domain %s from %s (epoch %s): both hosts hold %s shared",
                        opened.id(), domain.name(), opened.source(), opened.epoch(), shared);
                yield new Verdict.Allow(
                        policy.incoming() == Policy.IncomingPrepare.TOKEN
                                ? Optional.of(HandoverToken.insert(xml, opened.id()))
                                : Optional.empty());
            }
            case Claiming.Outcome.Refused refused -> {
                handovers.tellGone(handover);
                yield refuse(domain, refusals.explain(refused.refusals(), deadline));
            }
            case Claiming.Outcome.Cancelled ignored -> {
                handovers.tellGone(handover);
                yield refuse(domain, "the locks did not come in time; migrate again");
            }
            case Claiming.Outcome.Conflicting conflicting ->
                refuse(domain, Refusals.conflicts(conflicting.conflicts()));
            case Claiming.Outcome.NotRecorded notRecorded -> refuse(domain, notRecorded.reason());
        };
    }

    private static Verdict refuse(DomainDefinition domain, String reason) {
        return new Verdict.Refuse(domain.name() + ": " + reason);
    }
}
