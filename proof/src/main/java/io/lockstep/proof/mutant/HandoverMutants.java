package io.lockstep.proof.mutant;

import io.lockstep.core.claim.DomainClaims;
import io.lockstep.core.claim.Need;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.OpenHandover;
import io.lockstep.core.handover.OwnObservation;
import io.lockstep.core.handover.ReservationState;
import io.lockstep.core.handover.Side;
import io.lockstep.core.handover.SideProgress;
import io.lockstep.core.rule.HandoverStep;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.Volume;
import io.lockstep.proof.model.Rules;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** What a side of an open handover does next, and when it is closed. */
final class HandoverMutants {

    private HandoverMutants() {}

    static List<Mutant> all() {
        return List.of(
                new Mutant(
                        "committed-before-the-source-released",
                        "a target counts as committed while it holds SHARED only",
                        "migration",
                        new Rules() {
                            @Override
                            public Optional<SideProgress> closing(
                                    HandoverStep.Action action,
                                    OpenHandover handover,
                                    Optional<DomainClaims> claims,
                                    Map<Volume, Need> needs,
                                    Set<Volume> ours,
                                    Function<Volume, Optional<LockMode>> modes) {
                                return action == HandoverStep.Action.ASK && handover.side() == Side.TARGET
                                        ? Optional.of(SideProgress.HOLDS)
                                        : Rules.super.closing(action, handover, claims, needs, ours, modes);
                            }
                        }),
                new Mutant(
                        "gone-before-it-released",
                        "a side closes as GONE before its lock is released",
                        "migration",
                        new Rules() {
                            @Override
                            public Optional<SideProgress> closing(
                                    HandoverStep.Action action,
                                    OpenHandover handover,
                                    Optional<DomainClaims> claims,
                                    Map<Volume, Need> needs,
                                    Set<Volume> ours,
                                    Function<Volume, Optional<LockMode>> modes) {
                                return action == HandoverStep.Action.RELEASE
                                        ? Optional.of(SideProgress.GONE)
                                        : Rules.super.closing(action, handover, claims, needs, ours, modes);
                            }
                        }),
                new Mutant(
                        "roll-back-without-two-looks",
                        "a side of a handover goes back on one look",
                        "two-domains-migration",
                        next((open, claims, own, now) -> Rules.CORE.next(open, claims, Mutants.twice(own), now))),
                new Mutant(
                        "no-roll-back",
                        "a source on which the guest goes on keeps SHARED for ever",
                        "migration",
                        keeping((open, own) -> open.side() == Side.SOURCE && own == OwnDomain.ACTIVE)),
                new Mutant(
                        "no-commit",
                        "a target on which the guest runs keeps SHARED for ever",
                        "migration",
                        keeping((open, own) -> open.side() == Side.TARGET && own == OwnDomain.ACTIVE)),
                new Mutant(
                        "source-waits-for-its-release-hook",
                        "a source whose guest is gone, by what it sees, does not release",
                        "migration-and-crash",
                        keeping((open, own) -> open.side() == Side.SOURCE && own == OwnDomain.ABSENT)),
                new Mutant(
                        "target-waits-for-its-release-hook",
                        "a target whose guest is gone, by what it sees, does not release",
                        "migration-and-crash",
                        keeping((open, own) -> open.side() == Side.TARGET
                                && open.reservation() == ReservationState.CONSUMED
                                && own == OwnDomain.ABSENT)),
                new Mutant(
                        "reservation-for-ever",
                        "a reservation does not run out",
                        "migration",
                        next((open, claims, own, now) -> Rules.CORE.next(
                                open, claims, own, open.side() == Side.TARGET ? open.openedAt() : now))),
                new Mutant(
                        "source-waits-for-its-target",
                        "a source asks its locks back only once the target has said something",
                        "migration",
                        next((open, claims, own, now) -> Rules.CORE.next(
                                open, claims, own, open.side() == Side.SOURCE ? open.openedAt() : now))));
    }

    private interface Next {
        HandoverStep of(OpenHandover open, Optional<DomainClaims> claims, OwnObservation own, Instant now);
    }

    private static Rules next(Next next) {
        return new Rules() {
            @Override
            public HandoverStep next(
                    OpenHandover open, Optional<DomainClaims> claims, OwnObservation own, Instant now) {
                return next.of(open, claims, own, now);
            }
        };
    }

    private interface Moment {
        boolean is(OpenHandover open, OwnDomain own);
    }

    /** Waits at that moment for ever, unless the release hook has come. */
    private static Rules keeping(Moment moment) {
        return next((open, claims, own, now) -> claims.isPresent() && moment.is(open, own.domain())
                ? new HandoverStep(HandoverStep.Action.KEEP, Optional.empty())
                : Rules.CORE.next(open, claims, own, now));
    }
}
