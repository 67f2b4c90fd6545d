package io.lockstep.agent.claim;

import io.lockstep.agent.lane.Lanes;
import io.lockstep.agent.lane.Settled;
import io.lockstep.agent.lane.VgLane;
import io.lockstep.agent.state.Acquisition;
import io.lockstep.agent.state.AgentState;
import io.lockstep.agent.state.StateNotSavedException;
import io.lockstep.agent.state.StateStore;
import io.lockstep.agent.work.Deadline;
import io.lockstep.core.claim.DomainClaims;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.rule.ClaimRules;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.LockspaceState;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.Volume;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Claims of a domain, all or nothing.
 *
 * <p>Guarantees: a claim is on disk before anything is asked of the lock manager; when one volume is refused, what this call took
 * is given back, and nothing else is touched; the answer is not given before that.
 */
public final class Claiming {

    /** A refusal right after another host's release may be gone a moment later: two more tries, and only while that is cheap. */
    private static final int TRIES = 3;

    /** As long as the volumes are held for no domain elsewhere: a guest may have stopped there, and its locks are just going. */
    private static final Duration WHILE_RELEASED = Duration.ofSeconds(8);

    private final StateStore state;
    private final Lanes lanes;
    private final Strangers strangers;
    private final String bootId;
    private final Pause pause;
    private final BiPredicate<Set<Volume>, Deadline> beingReleased;

    /** Waits a little between tries. */
    public interface Pause {
        void of(Duration time) throws InterruptedException;
    }

    /** @param beingReleased whether volumes are held for no domain elsewhere, so that asking again may help */
    public Claiming(
            StateStore state,
            Lanes lanes,
            String bootId,
            Pause pause,
            BiPredicate<Set<Volume>, Deadline> beingReleased) {
        this.state = state;
        this.lanes = lanes;
        this.strangers = new Strangers(state, lanes, bootId);
        this.bootId = bootId;
        this.pause = pause;
        this.beingReleased = beingReleased;
    }

    /** What became of a claim. */
    public sealed interface Outcome {
        record Claimed() implements Outcome {}

        /** Another domain on this host excludes it. Nothing was asked of the lock manager. */
        record Conflicting(List<ClaimRules.Conflict> conflicts) implements Outcome {}

        /** The lock manager refused; what this call took was given back. */
        record Refused(Map<Volume, LockResult> refusals) implements Outcome {}

        /** The claim could not be recorded. Nothing was asked of the lock manager. */
        record NotRecorded(String reason) implements Outcome {}

        /** The caller went away or its deadline passed; what this call took was given back. */
        record Cancelled() implements Outcome {}
    }

    /**
     * Records the claims and brings their volumes to their modes.
     *
     * @param content for each volume the mode that is enough: the claim's own one, or SHARED under an open handover
     * @param recorded what else changes in the state together with the claims
     * @param giveBack how long to wait for a refused call's locks to be given back
     */
    public Outcome claim(
            DomainClaims claims,
            Map<Volume, LockMode> content,
            UnaryOperator<AgentState> recorded,
            Deadline deadline,
            Duration giveBack) {
        Optional<Map<Volume, LockResult>> down = lockspacesDown(claims.modes().keySet(), deadline);
        if (down.isPresent()) {
            return new Outcome.Refused(down.get());
        }
        AgentState before = state.get();
        List<ClaimRules.Conflict> conflicts = conflicts(before, claims);
        if (!conflicts.isEmpty()) {
            return new Outcome.Conflicting(conflicts);
        }
        Map<Volume, LockResult> inUse = strangers.using(content, deadline);
        if (!inUse.isEmpty()) {
            return new Outcome.Refused(inUse);
        }
        try {
            state.promise(s -> {
                List<ClaimRules.Conflict> meanwhile = conflicts(s, claims);
                return meanwhile.isEmpty() ? acquiring(recorded.apply(s).with(claims), content.keySet()) : s;
            });
        } catch (StateNotSavedException e) {
            return new Outcome.NotRecorded(e.getMessage());
        }
        if (!state.get().claimsOf(claims.domain()).filter(claims::equals).isPresent()) {
            return new Outcome.Conflicting(conflicts(state.get(), claims));
        }
        return take(content, before, s -> undone(s, before, claims.domain()), deadline, giveBack);
    }

    /** Brings volumes to the modes of what has just been recorded; on a refusal {@code undo} unmakes the record. */
    public Outcome take(
            Map<Volume, LockMode> content,
            AgentState before,
            UnaryOperator<AgentState> undo,
            Deadline deadline,
            Duration giveBack) {
        Attempt attempt = attempt(content, before, deadline);
        if (attempt.granted()) {
            return new Outcome.Claimed();
        }
        giveBack(attempt, before, undo, () -> deadline.anew(giveBack));
        return attempt.why(deadline);
    }

    /**
     * What was asked of the lanes, and what came of it.
     *
     * @param first the answer to the first try, which knows what was held before it
     */
    private record Attempt(Map<Volume, LockMode> content, Settled first, Settled last, boolean late) {

        boolean granted() {
            return last.granted() && !late;
        }

        Outcome why(Deadline deadline) {
            return last.granted() || deadline.cancelled().getAsBoolean()
                    ? new Outcome.Cancelled()
                    : new Outcome.Refused(last.refusals());
        }
    }

    private Attempt attempt(Map<Volume, LockMode> content, AgentState before, Deadline deadline) {
        Settled first = lanes.settle(content, deadline);
        Map<Volume, LockResult> inUse = strangers.using(content, first.heldBefore(), before, deadline);
        if (!inUse.isEmpty()) {
            return new Attempt(content, first, new Settled(inUse, first.heldBefore()), deadline.passed());
        }
        Deadline released = deadline.within(WHILE_RELEASED);
        Settled settled = first;
        for (int tries = 1; !deadline.passed() && onlyHeldElsewhere(settled); tries++) {
            if (tries >= TRIES
                    && (released.passed()
                            || !beingReleased.test(settled.refusals().keySet(), released))) {
                break;
            }
            if (!waited()) {
                break;
            }
            settled = lanes.settle(content, deadline);
        }
        return new Attempt(content, first, settled, deadline.passed());
    }

    /** What was held here before the attempt becomes what it was, also when Lockstep did not acquire it. */
    private void giveBack(Attempt attempt, AgentState before, UnaryOperator<AgentState> undo, Supplier<Deadline> each) {
        Set<Volume> asked = attempt.content().keySet();
        Map<Volume, LockMode> heldBefore = attempt.first().heldBefore();
        Set<Volume> notOurs = new TreeSet<>(heldBefore.keySet());
        notOurs.retainAll(asked);
        lanes.all().forEach(l -> notOurs.removeAll(before.ours(l.reading(), bootId)));
        state.giveUp(s -> undo.apply(s).notOurs(notOurs));
        Set<Volume> taken = new TreeSet<>(asked);
        taken.removeAll(heldBefore.keySet());
        lanes.releaseSoon(taken);
        lanes.settle(asked.stream().collect(Collectors.toMap(v -> v, v -> LockMode.UNLOCKED)), each.get());
        notOurs.stream()
                .filter(v -> lanes.held(v).filter(m -> m != heldBefore.get(v)).isPresent())
                .forEach(v -> lanes.restore(v, heldBefore.getOrDefault(v, LockMode.SHARED), each.get()));
    }

    /** What became of an addition to a domain's claims. */
    public sealed interface Addition {

        /** @param giveBack unmakes what the addition recorded and took, and nothing else; waits a little for the locks to be gone */
        record Added(Runnable giveBack) implements Addition {}

        /** Never Claimed; what the call took was given back. */
        record NotAdded(Outcome why) implements Addition {}
    }

    /**
     * Records further claims of a domain that runs, and brings their volumes to their modes.
     *
     * @param refusal why the state of the moment does not allow it; looked at again when the claim is recorded
     */
    public Addition add(
            DomainClaims more,
            Function<AgentState, Optional<String>> refusal,
            Deadline deadline,
            Duration timeToGiveBack) {
        Optional<Map<Volume, LockResult>> down = lockspacesDown(more.modes().keySet(), deadline);
        if (down.isPresent()) {
            return new Addition.NotAdded(new Outcome.Refused(down.get()));
        }
        Map<Volume, LockResult> inUse = strangers.using(more.modes(), deadline);
        if (!inUse.isEmpty()) {
            return new Addition.NotAdded(new Outcome.Refused(inUse));
        }
        AgentState before = state.get();
        AgentState after;
        try {
            after = state.promise(s ->
                    refusal.apply(s).isEmpty() && conflicts(s, more).isEmpty()
                            ? acquiring(
                                    s.with(s.claimsOf(more.domain())
                                            .map(c -> c.and(more.modes()))
                                            .orElse(more)),
                                    more.modes().keySet())
                            : s);
        } catch (StateNotSavedException e) {
            return new Addition.NotAdded(new Outcome.NotRecorded(e.getMessage()));
        }
        // Neither is changed by the claims of this domain itself.
        Optional<String> refused = refusal.apply(after);
        if (refused.isPresent()) {
            return new Addition.NotAdded(new Outcome.NotRecorded(refused.get()));
        }
        List<ClaimRules.Conflict> conflicts = conflicts(after, more);
        if (!conflicts.isEmpty()) {
            return new Addition.NotAdded(new Outcome.Conflicting(conflicts));
        }
        Attempt attempt = attempt(more.modes(), before, deadline);
        Runnable giveBack =
                () -> giveBack(attempt, before, s -> without(s, more, before), () -> deadline.anew(timeToGiveBack));
        if (attempt.granted()) {
            return new Addition.Added(giveBack);
        }
        giveBack.run();
        return new Addition.NotAdded(attempt.why(deadline));
    }

    /** The domain's claims may have changed or ended since: only what was added goes. */
    private static AgentState without(AgentState now, DomainClaims added, AgentState before) {
        return now.claimsOf(added.domain())
                .map(claims -> {
                    SortedMap<Volume, LockMode> left = new TreeMap<>(claims.modes());
                    left.keySet().removeAll(added.modes().keySet());
                    before.claimsOf(added.domain())
                            .ifPresent(b -> b.modes().forEach((volume, mode) -> {
                                if (added.modes().containsKey(volume)) {
                                    left.put(volume, mode);
                                }
                            }));
                    return left.isEmpty()
                            ? now.withoutClaimsOf(added.domain())
                            : now.with(DomainClaims.of(claims.domain(), claims.name(), left)
                                    .under(claims.under()));
                })
                .orElse(now);
    }

    private static AgentState undone(AgentState now, AgentState before, DomainUuid domain) {
        return before.claimsOf(domain).map(now::with).orElseGet(() -> now.withoutClaimsOf(domain));
    }

    private static List<ClaimRules.Conflict> conflicts(AgentState state, DomainClaims claims) {
        return ClaimRules.conflicts(state.claims().values(), state.handovers().values(), claims);
    }

    /** Marks volumes as acquired by Lockstep in the lockspaces as the lanes saw them last; asks the lock manager nothing. */
    public AgentState acquiring(AgentState state, Set<Volume> volumes) {
        AgentState next = state;
        for (VgLane lane : lanes.all()) {
            if (lane.reading().lockspace() instanceof LockspaceState.Live live) {
                next = next.acquiring(volumes, lane.vg(), new Acquisition(bootId, live.generation()));
            }
        }
        return next;
    }

    /**
     * Which of these cannot be locked because their lockspace is not live; each group that was not seen live is looked at again. Whoever
     * takes locks asks this first, since only in a lockspace that was seen live they are known to be ours.
     */
    public Optional<Map<Volume, LockResult>> lockspacesDown(Set<Volume> volumes, Deadline deadline) {
        Map<VgName, LockspaceState> states = new HashMap<>();
        Map<Volume, LockResult> down = new TreeMap<>();
        volumes.forEach(v -> {
            LockspaceState lockspace = states.computeIfAbsent(v.vg(), vg -> lanes.lockspace(vg, deadline));
            if (!(lockspace instanceof LockspaceState.Live)) {
                down.put(v, new LockResult.LockspaceDown(lockspace.reason()));
            }
        });
        return down.isEmpty() ? Optional.empty() : Optional.of(down);
    }

    private static boolean onlyHeldElsewhere(Settled settled) {
        Map<Volume, LockResult> refusals = settled.refusals();
        return !refusals.isEmpty() && refusals.values().stream().allMatch(LockResult.HeldElsewhere.class::isInstance);
    }

    private boolean waited() {
        try {
            pause.of(Duration.ofMillis(100 + ThreadLocalRandom.current().nextInt(200)));
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
