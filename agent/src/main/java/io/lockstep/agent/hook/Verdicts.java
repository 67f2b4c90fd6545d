package io.lockstep.agent.hook;

import io.lockstep.agent.claim.Claiming;
import io.lockstep.agent.claim.Policy;
import io.lockstep.agent.claim.Refusals;
import io.lockstep.agent.claim.UnresolvedDiskException;
import io.lockstep.agent.claim.Volumes;
import io.lockstep.agent.handover.TargetSide;
import io.lockstep.agent.lane.Lanes;
import io.lockstep.agent.libvirt.DomainWatch;
import io.lockstep.agent.libvirt.HooksInProgress;
import io.lockstep.agent.state.AgentState;
import io.lockstep.agent.state.StateStore;
import io.lockstep.agent.work.Deadline;
import io.lockstep.core.claim.DomainClaims;
import io.lockstep.core.domain.DomainDefinition;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.DomainXml;
import io.lockstep.core.handover.OpenHandover;
import io.lockstep.core.handover.ReservationState;
import io.lockstep.core.hook.Enforcement;
import io.lockstep.core.hook.HookAction;
import io.lockstep.core.hook.HookEvent;
import io.lockstep.core.hook.HookOperation;
import io.lockstep.core.hook.Verdict;
import io.lockstep.core.rule.IncomingRules;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.Volume;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * The answer to each call of the hook.
 *
 * <p>Guarantees: no answer waits for libvirt; the calls of one domain are answered one after the other; whatever a refused call
 * took has been given back when it is refused; {@code release} and {@code reconnect} are always allowed.
 */
public final class Verdicts {

    private static final Logger LOG = Logger.getLogger(Verdicts.class);

    private final Policy policy;
    private final StateStore state;
    private final Lanes lanes;
    private final Volumes volumes;
    private final DomainWatch watch;
    private final Claiming claiming;
    private final TargetSide target;
    private final Incoming incoming;
    private final Refusals refusals;
    private final Runnable wake;

    /** One hook of a domain at a time. */
    private final Map<DomainUuid, ReentrantLock> serial = new ConcurrentHashMap<>();

    /** @param wake wakes the reconciliation, soon and elsewhere */
    public Verdicts(
            Policy policy,
            StateStore state,
            Lanes lanes,
            Volumes volumes,
            DomainWatch watch,
            Claiming claiming,
            TargetSide target,
            Incoming incoming,
            Refusals refusals,
            Runnable wake) {
        this.policy = policy;
        this.state = state;
        this.lanes = lanes;
        this.volumes = volumes;
        this.watch = watch;
        this.claiming = claiming;
        this.target = target;
        this.incoming = incoming;
        this.refusals = refusals;
        this.wake = wake;
    }

    public Verdict of(HookEvent event, Deadline deadline) {
        Verdict verdict =
                switch (DomainXml.parse(event.xml())) {
                    case DomainXml.Refused refused -> unreadable(event, refused.reason());
                    case DomainXml.Parsed parsed -> serialised(event, parsed.domain(), deadline);
                };
        wake.run();
        switch (verdict) {
            case Verdict.Allow allowed -> LOG.debugf("%s: allowed", event);
            case Verdict.Refuse refused -> LOG.warnf("%s: refused: %s", event, refused.reason());
        }
        return verdict;
    }

    private Verdict unreadable(HookEvent event, String reason) {
        return switch (event.operation()) {
            case RELEASE, RECONNECT, STOPPED -> {
                LOG.warnf("%s: the XML cannot be read (%s); the claims are settled by looking", event, reason);
                yield Verdict.allow();
            }
            case MIGRATE, RESTORE, PREPARE, START, STARTED, ATTACH ->
                policy.host() == Enforcement.ENFORCE
                        ? new Verdict.Refuse(event.name() + ": " + reason)
                        : observed(event, reason);
        };
    }

    private static Verdict observed(HookEvent event, String reason) {
        LOG.warnf("%s: would have been refused: %s", event, reason);
        return Verdict.allow();
    }

    private Verdict serialised(HookEvent event, DomainDefinition domain, Deadline deadline) {
        ReentrantLock mine = serial.computeIfAbsent(domain.uuid(), d -> new ReentrantLock());
        try (HooksInProgress.Progress _ = watch.hooks().begin(domain.uuid())) {
            if (!mine.tryLock(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
                return isFinal(event.operation())
                        ? Verdict.allow()
                        : new Verdict.Refuse("another hook of domain " + domain.name() + " does not end");
            }
            try {
                return decide(event, domain, deadline);
            } finally {
                mine.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Verdict.Refuse("the agent is stopping");
        }
    }

    private static boolean isFinal(HookOperation operation) {
        return operation == HookOperation.RELEASE || operation == HookOperation.RECONNECT;
    }

    private Verdict decide(HookEvent event, DomainDefinition domain, Deadline deadline) {
        if (event.operation() == HookOperation.MIGRATE) {
            return enforced(event, domain, used(domain), () -> target.migrate(domain, event.xml(), deadline));
        }
        return switch (policy.actions().action(event.operation())) {
            case EXCLUSIVE -> start(event, domain, HookAction.EXCLUSIVE, deadline);
            case SHARED -> start(event, domain, HookAction.SHARED, deadline);
            case UNLOCK -> end(event, domain, deadline);
            case NONE -> Verdict.allow();
        };
    }

    private Set<Volume> used(DomainDefinition domain) {
        try {
            return volumes.modes(domain).keySet();
        } catch (UnresolvedDiskException e) {
            return Set.of();
        }
    }

    private interface Decision {
        Verdict verdict();
    }

    private Verdict enforced(HookEvent event, DomainDefinition domain, Set<Volume> used, Decision decision) {
        Enforcement enforcement = policy.of(
                domain.uuid(),
                domain.name(),
                used.stream().map(Volume::vg).collect(Collectors.toCollection(TreeSet::new)));
        if (enforcement == Enforcement.OFF) {
            return Verdict.allow();
        }
        Verdict verdict = decision.verdict();
        return verdict instanceof Verdict.Refuse refused && enforcement == Enforcement.OBSERVE
                ? observed(event, refused.reason())
                : verdict;
    }

    private Verdict start(HookEvent event, DomainDefinition domain, HookAction action, Deadline deadline) {
        SortedMap<Volume, LockMode> modes;
        try {
            modes = volumes.modes(domain);
        } catch (UnresolvedDiskException e) {
            return enforced(event, domain, Set.of(), () -> new Verdict.Refuse(domain.name() + ": " + e.getMessage()));
        }
        return enforced(event, domain, modes.keySet(), () -> claim(event, domain, action, modes, deadline));
    }

    private Verdict claim(
            HookEvent event,
            DomainDefinition domain,
            HookAction action,
            SortedMap<Volume, LockMode> modes,
            Deadline deadline) {
        try {
            Claiming.Outcome outcome = outcome(event, domain, wanted(modes, action), deadline);
            Optional<SortedMap<Volume, LockMode>> renewed = renewed(outcome, domain, modes);
            return verdict(
                    renewed.isPresent() && !deadline.passed()
                            ? outcome(event, domain, wanted(renewed.get(), action), deadline)
                            : outcome,
                    domain,
                    deadline);
        } catch (IOException e) {
            return new Verdict.Refuse(domain.name()
                    + ": whether this is an incoming migration or a start cannot be told: " + e.getMessage()
                    + "; look at lockstep.platform.options.libvirt-definitions");
        }
    }

    private static SortedMap<Volume, LockMode> wanted(SortedMap<Volume, LockMode> modes, HookAction action) {
        SortedMap<Volume, LockMode> wanted = new TreeMap<>(modes);
        if (action == HookAction.SHARED) {
            wanted.replaceAll((volume, mode) -> LockMode.SHARED);
        }
        return wanted;
    }

    private Claiming.Outcome outcome(
            HookEvent event, DomainDefinition domain, SortedMap<Volume, LockMode> modes, Deadline deadline)
            throws IOException {
        if (modes.isEmpty()) {
            state.giveUp(s -> s.withoutClaimsOf(domain.uuid()));
            return new Claiming.Outcome.Claimed();
        }
        Optional<OpenHandover> open = incoming.handover(event, domain);
        DomainClaims claims =
                DomainClaims.of(domain.uuid(), domain.name(), modes).under(open.map(OpenHandover::id));
        Map<Volume, LockMode> content = IncomingRules.content(modes, open);
        UnaryOperator<AgentState> consuming = s -> open.filter(h -> s.handoverOf(h.domain())
                        .filter(o -> o.id().equals(h.id()))
                        .isPresent())
                .map(h -> s.with(h.with(ReservationState.CONSUMED)))
                .orElse(s);
        return claiming.claim(claims, content, consuming, deadline, policy.giveBack());
    }

    /** A volume that was made anew has another UUID under its old name: then the names are read again, and the claim is another. */
    private Optional<SortedMap<Volume, LockMode>> renewed(
            Claiming.Outcome outcome, DomainDefinition domain, SortedMap<Volume, LockMode> modes) {
        if (outcome instanceof Claiming.Outcome.Refused refused
                && refused.refusals().values().stream().anyMatch(LockResult.LockspaceDown.class::isInstance)) {
            // A group that was renamed is down under its old name.
            lanes.readAgainSoon();
        }
        boolean gone = outcome instanceof Claiming.Outcome.Refused refused
                && refused.refusals().values().stream().anyMatch(LockResult.NoSuchVolume.class::isInstance);
        if (!gone) {
            return Optional.empty();
        }
        lanes.refresh();
        try {
            // Fewer volumes are no renewal: what cannot be found any more was not given up by anybody.
            return Optional.of(volumes.modes(domain))
                    .filter(m ->
                            !m.equals(modes) && modes.keySet().stream().allMatch(v -> Volumes.renewed(v, m.keySet())));
        } catch (UnresolvedDiskException e) {
            return Optional.empty();
        }
    }

    private Verdict verdict(Claiming.Outcome outcome, DomainDefinition domain, Deadline deadline) {
        return switch (outcome) {
            case Claiming.Outcome.Claimed ignored -> Verdict.allow();
            case Claiming.Outcome.Conflicting conflicting ->
                new Verdict.Refuse(domain.name() + ": " + Refusals.conflicts(conflicting.conflicts()));
            case Claiming.Outcome.Refused refused ->
                new Verdict.Refuse(domain.name() + ": " + refusals.explain(refused.refusals(), deadline));
            case Claiming.Outcome.NotRecorded notRecorded ->
                new Verdict.Refuse(domain.name() + ": " + notRecorded.reason());
            case Claiming.Outcome.Cancelled ignored ->
                new Verdict.Refuse(domain.name() + ": the locks did not come in time; try again");
        };
    }

    /**
     * The claims recorded for the domain end, whatever its XML lists. Its locks follow at once; the guest's stop does not wait for them.
     * Not for a caller that has gone: the domain may have been started again since it asked, and looking tells what is there now.
     */
    private Verdict end(HookEvent event, DomainDefinition domain, Deadline deadline) {
        Optional<DomainClaims> claims = state.get().claimsOf(domain.uuid());
        if (claims.isPresent() && deadline.passed()) {
            LOG.warnf("%s: nobody waits for this any more; the claims are settled by looking", event);
        } else if (claims.isPresent()) {
            state.giveUp(s -> s.withoutClaimsOf(domain.uuid()));
            Set<Volume> ended = claims.get().modes().keySet();
            lanes.left(ended);
            LOG.infof("%s: the claims of domain %s end", event.extra(), domain.name());
        }
        return Verdict.allow();
    }
}
