package io.lockstep.proof.model;

import io.lockstep.core.claim.DomainClaims;
import io.lockstep.core.claim.Need;
import io.lockstep.core.domain.DomainJob;
import io.lockstep.core.domain.DomainState;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverAlarms;
import io.lockstep.core.handover.HandoverAlarms.Alarm;
import io.lockstep.core.handover.HandoverAlarms.Look;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.OpenHandover;
import io.lockstep.core.handover.OwnObservation;
import io.lockstep.core.handover.SideProgress;
import io.lockstep.core.reconcile.Plan;
import io.lockstep.core.reconcile.Reconciliation;
import io.lockstep.core.rule.ClaimRules;
import io.lockstep.core.rule.ClaimsByLooking;
import io.lockstep.core.rule.HandoverRules;
import io.lockstep.core.rule.HandoverStep;
import io.lockstep.core.rule.IncomingRules;
import io.lockstep.core.rule.ShareRules;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.VgReading;
import io.lockstep.core.volume.Volume;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Function;

/**
 * Every decision of the model. {@link #CORE} is the product: each method calls the rule of {@code core}, or, in the last part, does
 * what the agent's shell does where no rule is asked. A mutant overrides one of them.
 */
public interface Rules {

    /** The rules as they are. */
    Rules CORE = new Rules() {};

    default SortedMap<Volume, Need> needs(Collection<DomainClaims> claims, Collection<ClaimRules.Settling> settling) {
        return ClaimRules.needs(claims, settling);
    }

    default List<ClaimRules.Conflict> conflicts(
            Collection<DomainClaims> claims, Collection<OpenHandover> handovers, DomainClaims wanted) {
        return ClaimRules.conflicts(claims, handovers, wanted);
    }

    default boolean beginByLooking(OwnObservation seen) {
        return ClaimsByLooking.begin(seen);
    }

    default boolean endByLooking(OwnObservation seen, boolean handover) {
        return ClaimsByLooking.end(seen, handover);
    }

    default HandoverStep next(OpenHandover open, Optional<DomainClaims> claims, OwnObservation own, Instant now) {
        return HandoverRules.next(open, claims, own, now);
    }

    default Optional<SideProgress> closing(
            HandoverStep.Action action,
            OpenHandover handover,
            Optional<DomainClaims> claims,
            Map<Volume, Need> needs,
            Set<Volume> ours,
            Function<Volume, Optional<LockMode>> modes) {
        return HandoverRules.closing(action, handover, claims, needs, ours, modes);
    }

    default Optional<OpenHandover> incoming(
            Optional<OpenHandover> open, boolean prepare, boolean marked, Optional<DomainClaims> claims) {
        return IncomingRules.of(open, prepare, marked, claims);
    }

    default Map<Volume, LockMode> content(Map<Volume, LockMode> modes, Optional<OpenHandover> incoming) {
        return IncomingRules.content(modes, incoming);
    }

    default ShareRules.Decision share(
            HandoverId id, Epoch epoch, Optional<OpenHandover> open, Epoch highest, Optional<DomainClaims> claims) {
        return ShareRules.decide(id, epoch, open, highest, claims);
    }

    default Plan plan(VgReading reading, SortedMap<Volume, Need> needs, Set<Volume> ours) {
        return Reconciliation.plan(reading, needs, ours);
    }

    default Optional<Alarm> doubleRun(Look target1, Look source1, Look target2, Look source2) {
        return HandoverAlarms.doubleRun(target1, source1, target2, source2);
    }

    default Optional<Alarm> leftOver(Look target, Look source) {
        return HandoverAlarms.leftOver(target, source);
    }

    /** What libvirt's words mean; empty where it does not list the domain. */
    default OwnDomain own(Optional<DomainState> state, DomainJob job) {
        return state.map(s -> OwnDomain.of(s, job)).orElse(OwnDomain.ABSENT);
    }

    // What follows are no functions of core: DomainWatch, Claiming, Verdicts and AgentState do it.

    /** A look at a domain whose hook is in progress. */
    default OwnDomain seenDuringHook(OwnDomain shown) {
        return OwnDomain.UNKNOWN;
    }

    /** A look at a libvirt that does not answer. */
    default OwnDomain seenInSilence() {
        return OwnDomain.UNKNOWN;
    }

    /** How many looks in a row a further look with the same answer makes. */
    default int looks(int before) {
        return Math.min(before + 1, 2);
    }

    /** The domains whose claims a release hook ends. */
    default Set<DomainUuid> ended(DomainUuid released, Collection<DomainClaims> claims) {
        return Set.of(released);
    }

    /** The claims of a domain whose hook is refused. */
    default Optional<DomainClaims> undone(Optional<DomainClaims> before, DomainClaims refused) {
        return before;
    }

    /** Of the volumes that are asked for, those that are recorded as acquired by Lockstep. */
    default Set<Volume> acquired(Set<Volume> asked) {
        return asked;
    }

    /** The epoch that a host remembers once a handover opens there. */
    default Epoch highest(Epoch known, Epoch opened) {
        return known.highest(opened);
    }
}
