package io.lockstep.core.rule;

import io.lockstep.core.claim.DomainClaims;
import io.lockstep.core.claim.Need;
import io.lockstep.core.handover.OpenHandover;
import io.lockstep.core.handover.OwnObservation;
import io.lockstep.core.handover.ReservationState;
import io.lockstep.core.handover.Side;
import io.lockstep.core.handover.SideProgress;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.Volume;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What a side of an open handover does next, from its own observation alone.
 *
 * <p>Guarantees: no side ever waits for the other one or for a controller to know its next safe step; asking is always safe,
 * because the lock manager refuses it while the other side holds anything; nothing is rolled back or released on one look.
 */
public final class HandoverRules {

    private HandoverRules() {}

    /**
     * @param claims of the handover's domain on this host
     * @param now by the clock that opened the handover
     */
    public static HandoverStep next(OpenHandover open, Optional<DomainClaims> claims, OwnObservation own, Instant now) {
        OpenHandover handover = open.at(now);
        // The release hook's word is final: without claims there is nothing left to keep a lock for.
        boolean left = claims.isEmpty()
                && (handover.side() == Side.SOURCE || handover.reservation() == ReservationState.CONSUMED);
        return left
                ? HandoverStep.release()
                : next(handover.side(), own, handover.reservation(), handover.settledAt(now), handover.targetGone());
    }

    /**
     * @param settled whether the other side has had its time to take part: before, a source does not ask its locks back, which
     *     would only make an opening handover fail
     * @param targetGone whether a source knows that its target is gone
     */
    public static HandoverStep next(
            Side side, OwnObservation own, ReservationState reservation, boolean settled, boolean targetGone) {
        return switch (side) {
            case SOURCE -> source(own, settled, targetGone);
            case TARGET -> target(own, reservation);
        };
    }

    private static HandoverStep source(OwnObservation own, boolean settled, boolean targetGone) {
        return switch (own.domain()) {
            case UNKNOWN, STARTING -> HandoverStep.keep();
            // To a target that is gone nothing goes out: it is the next migration, which waits for this handover to
            // close.
            case OUTGOING -> targetGone && own.seenTwice() ? HandoverStep.ask() : HandoverStep.keep();
            case PAUSED_MIGRATING ->
                flagged(
                        own,
                        "paused (migrating) without a migration job: the guest may have been left over here after it moved."
                                + " If it runs on the other host, destroy it here; only if it does not, resume it here");
            case POST_COPY, POST_COPY_PAUSED ->
                flagged(own, "a post-copy migration does not end; neither side may be rolled back");
            case POST_COPY_FAILED ->
                HandoverStep.keep("a post-copy migration failed: recover it (virsh migrate --postcopy-resume);"
                        + " neither side may be rolled back");
            case ACTIVE -> settled && own.seenTwice() ? HandoverStep.ask() : HandoverStep.keep();
            case ABSENT -> own.seenTwice() ? HandoverStep.release() : HandoverStep.keep();
        };
    }

    private static HandoverStep target(OwnObservation own, ReservationState reservation) {
        return switch (own.domain()) {
            case UNKNOWN -> HandoverStep.keep();
            case STARTING, PAUSED_MIGRATING ->
                flagged(own, "the incoming migration does not end; look at the migration job on the source");
            case POST_COPY_PAUSED -> flagged(own, "a post-copy migration stands still");
            case POST_COPY_FAILED ->
                HandoverStep.keep("a post-copy migration failed: recover it (virsh migrate --postcopy-resume);"
                        + " neither side may be rolled back");
            // OUTGOING: it runs here and already moves on; this handover has to close before the next one can open.
            case ACTIVE, POST_COPY, OUTGOING -> own.seenTwice() ? HandoverStep.ask() : HandoverStep.keep();
            case ABSENT -> absentTarget(own, reservation);
        };
    }

    private static HandoverStep absentTarget(OwnObservation own, ReservationState reservation) {
        return switch (reservation) {
            case PENDING -> HandoverStep.keep();
            case CONSUMED, EXPIRED, NONE -> own.seenTwice() ? HandoverStep.release() : HandoverStep.keep();
        };
    }

    private static HandoverStep flagged(OwnObservation own, String attention) {
        return own.lasting() ? HandoverStep.keep(attention) : HandoverStep.keep();
    }

    /**
     * Whether this side's part of the handover is over, and how.
     *
     * @param claims of the handover's domain on this host
     * @param needs of all domains of this host
     * @param ours the volumes that Lockstep acquired here: what somebody took by hand is not held for the domain, and stays
     * @param modes what this host holds; empty where nothing is known
     */
    public static Optional<SideProgress> closing(
            HandoverStep.Action action,
            OpenHandover handover,
            Optional<DomainClaims> claims,
            Map<Volume, Need> needs,
            Set<Volume> ours,
            Function<Volume, Optional<LockMode>> modes) {
        boolean held = claims.isPresent()
                && claims.get().modes().entrySet().stream()
                        .filter(e -> handover.volumes().contains(e.getKey()))
                        .allMatch(e -> modes.apply(e.getKey())
                                .filter(m -> m.satisfies(e.getValue()))
                                .isPresent());
        boolean released = handover.volumes().stream()
                .filter(v -> !needs.containsKey(v) && ours.contains(v))
                .allMatch(
                        v -> modes.apply(v).filter(m -> m == LockMode.UNLOCKED).isPresent());
        return closing(action, held, released);
    }

    /**
     * Whether this side's part of the handover is over.
     *
     * @param held whether every volume is held in its claim's own mode
     * @param released whether none of the handover's volumes is held for this domain any more
     */
    public static Optional<SideProgress> closing(HandoverStep.Action action, boolean held, boolean released) {
        return switch (action) {
            case KEEP -> Optional.empty();
            case ASK -> held ? Optional.of(SideProgress.HOLDS) : Optional.empty();
            case RELEASE -> released ? Optional.of(SideProgress.GONE) : Optional.empty();
        };
    }
}
