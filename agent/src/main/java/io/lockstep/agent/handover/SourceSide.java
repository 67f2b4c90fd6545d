package io.lockstep.agent.handover;

import io.lockstep.agent.claim.Refusals;
import io.lockstep.agent.lane.Lanes;
import io.lockstep.agent.lane.Settled;
import io.lockstep.agent.state.AgentState;
import io.lockstep.agent.state.StateNotSavedException;
import io.lockstep.agent.state.StateStore;
import io.lockstep.agent.work.Deadline;
import io.lockstep.core.claim.DomainClaims;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.OpenHandover;
import io.lockstep.core.handover.ReservationState;
import io.lockstep.core.handover.Side;
import io.lockstep.core.handover.SideProgress;
import io.lockstep.core.rule.ShareRules;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.Volume;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * The source's part in opening a handover: it turns the locks of a domain into shared ones, in place, and without asking libvirt.
 *
 * <p>Guarantees: only volumes that the domain claims here are shared; a command of the past (a lower epoch, another handover, one
 * that has closed here) is refused; the same command again, of whatever controller, is answered again; when one volume cannot be
 * shared, all become what they were.
 */
public final class SourceSide {

    private static final Logger LOG = Logger.getLogger(SourceSide.class);

    private final StateStore state;
    private final Lanes lanes;
    private final Handovers handovers;
    private final Refusals refusals;
    private final InstantSource clock;
    private final Duration opening;
    private final ReentrantLock sharing = new ReentrantLock();

    /** @param opening how long the target has to take part before this side may ask its locks back */
    public SourceSide(
            StateStore state,
            Lanes lanes,
            Handovers handovers,
            Refusals refusals,
            InstantSource clock,
            Duration opening) {
        this.state = state;
        this.lanes = lanes;
        this.handovers = handovers;
        this.refusals = refusals;
        this.clock = clock;
        this.opening = opening;
    }

    /** A request to share a domain's locks. */
    public record Share(
            HandoverId id, Epoch epoch, DomainUuid domain, String name, HostName target, SortedSet<Volume> volumes) {}

    /** What became of it. */
    public sealed interface Outcome {
        /** @param epoch of the handover as it is open here; another than the request's when another controller opened it */
        record Shared(Epoch epoch, SortedSet<Volume> volumes) implements Outcome {}

        record Refused(String reason, Map<Volume, LockResult> results) implements Outcome {}

        record Stale(Epoch highest) implements Outcome {}

        record AlreadyOpen(OpenHandover handover) implements Outcome {}

        record NotHere() implements Outcome {}
    }

    public Outcome share(Share request, Deadline deadline) {
        OpenHandover handover;
        sharing.lock();
        try {
            AgentState now = state.get();
            Optional<OpenHandover> open = now.handoverOf(request.domain());
            Optional<DomainClaims> claims = now.claimsOf(request.domain());
            switch (ShareRules.decide(
                    request.id(), request.epoch(), open, now.highestEpoch(request.domain()), claims)) {
                case ShareRules.Decision.AlreadyOpen other -> {
                    return new Outcome.AlreadyOpen(other.handover());
                }
                case ShareRules.Decision.Stale stale -> {
                    return new Outcome.Stale(stale.highest());
                }
                case ShareRules.Decision.NotHere ignored -> {
                    return new Outcome.NotHere();
                }
                case ShareRules.Decision.Again again -> handover = again.handover();
                case ShareRules.Decision.Open first -> {
                    if (ShareRules.over(request.id(), closed(now))) {
                        return new Outcome.Refused(
                                "handover " + request.id() + " has closed on the source already; migrate again",
                                Map.of());
                    }
                    handover = open(request, first.claims());
                }
            }
        } catch (StateNotSavedException e) {
            return new Outcome.Refused(e.getMessage(), Map.of());
        } finally {
            sharing.unlock();
        }
        return shared(handover, deadline);
    }

    private static Set<HandoverId> closed(AgentState now) {
        return now.closed().stream().map(c -> c.handover().id()).collect(Collectors.toSet());
    }

    private OpenHandover open(Share request, DomainClaims claims) throws StateNotSavedException {
        Instant now = clock.instant();
        OpenHandover handover = new OpenHandover(
                request.id(),
                request.epoch(),
                request.domain(),
                claims.name(),
                Side.SOURCE,
                request.target(),
                ShareRules.shared(claims, request.volumes()),
                ReservationState.NONE,
                now,
                now.plus(opening));
        state.promise(s -> s.claimsOf(request.domain())
                .map(c -> s.with(handover).with(c.under(Optional.of(handover.id()))))
                .orElse(s));
        return handover;
    }

    private Outcome shared(OpenHandover handover, Deadline deadline) {
        Settled settled = lanes.settle(
                handover.volumes().stream().collect(Collectors.toMap(v -> v, v -> LockMode.SHARED)), deadline);
        // What is held in a stronger mode would satisfy a guest, but it is not shared.
        boolean converted = handover.volumes().stream()
                .allMatch(v -> lanes.held(v).filter(m -> m == LockMode.SHARED).isPresent());
        boolean recorded = state.get()
                .handoverOf(handover.domain())
                .filter(h -> h.id().equals(handover.id()))
                .isPresent();
        if (converted && recorded && !deadline.passed()) {
            LOG.infof(
                    "handover %s of domain %s to %s (epoch %s): %s shared here",
                    handover.id(), handover.domainName(), handover.peer(), handover.epoch(), handover.volumes());
            return new Outcome.Shared(handover.epoch(), handover.volumes());
        }
        handovers.close(handover, SideProgress.HOLDS);
        lanes.wake(handover.volumes());
        return new Outcome.Refused(
                settled.granted()
                        ? "the source's locks did not come in time"
                        : refusals.explain(settled.refusals(), deadline),
                settled.results());
    }
}
