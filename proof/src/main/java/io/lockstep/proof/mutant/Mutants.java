package io.lockstep.proof.mutant;

import io.lockstep.core.claim.DomainClaims;
import io.lockstep.core.claim.Need;
import io.lockstep.core.domain.DomainJob;
import io.lockstep.core.domain.DomainState;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverAlarms.Alarm;
import io.lockstep.core.handover.HandoverAlarms.Look;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.OpenHandover;
import io.lockstep.core.handover.OwnObservation;
import io.lockstep.core.handover.ReservationState;
import io.lockstep.core.handover.Side;
import io.lockstep.core.handover.SideProgress;
import io.lockstep.core.reconcile.Drift;
import io.lockstep.core.reconcile.Plan;
import io.lockstep.core.rule.ClaimRules;
import io.lockstep.core.rule.HandoverStep;
import io.lockstep.core.rule.ShareRules;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.VgReading;
import io.lockstep.core.volume.Volume;
import io.lockstep.proof.model.Rules;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** All mutants. One that changes nothing that anybody could see is none. */
public final class Mutants {

    private Mutants() {}

    public static List<Mutant> all() {
        List<Mutant> all = new ArrayList<>();
        all.addAll(handovers());
        all.addAll(claims());
        all.addAll(looks());
        all.addAll(opening());
        all.addAll(locks());
        all.addAll(alarms());
        return List.copyOf(all);
    }

    private static List<Mutant> handovers() {
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
                        next((open, claims, own, now) -> Rules.CORE.next(open, claims, twice(own), now))),
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

    private static List<Mutant> claims() {
        return List.of(
                new Mutant(
                        "release-by-name-of-another-domain",
                        "a release hook ends the claims of every domain that uses the volume",
                        "two-domains",
                        new Rules() {
                            @Override
                            public Set<DomainUuid> ended(DomainUuid released, Collection<DomainClaims> claims) {
                                return claims.stream().map(DomainClaims::domain).collect(Collectors.toSet());
                            }
                        }),
                new Mutant(
                        "two-domains-of-one-host",
                        "a start ignores what another domain of the host claims",
                        "two-domains",
                        new Rules() {
                            @Override
                            public List<ClaimRules.Conflict> conflicts(
                                    Collection<DomainClaims> claims,
                                    Collection<OpenHandover> handovers,
                                    DomainClaims wanted) {
                                return List.of();
                            }
                        }),
                new Mutant(
                        "claims-end-by-hook-alone",
                        "claims of a domain that is gone end only by its release hook",
                        "start-twice",
                        new Rules() {
                            @Override
                            public boolean endByLooking(OwnObservation seen, boolean handover) {
                                return false;
                            }
                        }),
                new Mutant(
                        "claims-end-on-one-look",
                        "claims end when a domain is seen absent once",
                        "two-domains",
                        new Rules() {
                            @Override
                            public boolean endByLooking(OwnObservation seen, boolean handover) {
                                return Rules.super.endByLooking(twice(seen), handover);
                            }
                        }),
                new Mutant(
                        "claims-begin-by-hook-alone",
                        "a guest that runs without a claim is not claimed by looking",
                        "torn-twice",
                        new Rules() {
                            @Override
                            public boolean beginByLooking(OwnObservation seen) {
                                return false;
                            }
                        }),
                new Mutant(
                        "refused-claim-stays",
                        "a refused start leaves its claim behind",
                        "start-twice",
                        new Rules() {
                            @Override
                            public Optional<DomainClaims> undone(
                                    Optional<DomainClaims> before, DomainClaims refused) {
                                return Optional.of(refused);
                            }
                        }),
                new Mutant(
                        "acquired-by-nobody",
                        "what a hook locks is not recorded as acquired by Lockstep",
                        "start-twice",
                        new Rules() {
                            @Override
                            public Set<Volume> acquired(Set<Volume> asked) {
                                return Set.of();
                            }
                        }),
                new Mutant(
                        "reservation-needs-nothing",
                        "an incoming migration's reservation needs no lock",
                        "migration",
                        new Rules() {
                            @Override
                            public SortedMap<Volume, Need> needs(
                                    Collection<DomainClaims> claims, Collection<ClaimRules.Settling> settling) {
                                return Rules.super.needs(
                                        claims,
                                        settling.stream()
                                                .filter(s -> s.handover().reservation() != ReservationState.PENDING)
                                                .toList());
                            }
                        }));
    }

    private static List<Mutant> looks() {
        return List.of(
                new Mutant(
                        "silence-is-death",
                        "a libvirt that does not answer makes its domains absent",
                        "two-domains",
                        new Rules() {
                            @Override
                            public OwnDomain seenInSilence() {
                                return OwnDomain.ABSENT;
                            }
                        }),
                new Mutant(
                        "looks-during-a-hook",
                        "what libvirt shows while a hook of the domain is in progress counts",
                        "start-twice",
                        new Rules() {
                            @Override
                            public OwnDomain seenDuringHook(OwnDomain shown) {
                                return shown;
                            }
                        }),
                new Mutant(
                        "paused-is-active",
                        "a guest that is paused (migrating) counts as active",
                        "looks",
                        new Rules() {
                            @Override
                            public OwnDomain own(Optional<DomainState> state, DomainJob job) {
                                OwnDomain own = Rules.super.own(state, job);
                                return own == OwnDomain.PAUSED_MIGRATING ? OwnDomain.ACTIVE : own;
                            }
                        }));
    }

    private static List<Mutant> opening() {
        return List.of(
                new Mutant(
                        "any-prepare-is-the-incoming-one",
                        "any prepare is content with SHARED while a handover is open",
                        "migration-and-start",
                        new Rules() {
                            @Override
                            public Optional<OpenHandover> incoming(
                                    Optional<OpenHandover> open,
                                    boolean prepare,
                                    boolean marked,
                                    Optional<DomainClaims> claims) {
                                return Rules.super.incoming(open, prepare, true, claims);
                            }
                        }),
                new Mutant(
                        "content-with-shared",
                        "a start is content with SHARED",
                        "migration-and-start",
                        new Rules() {
                            @Override
                            public Map<Volume, LockMode> content(
                                    Map<Volume, LockMode> modes, Optional<OpenHandover> incoming) {
                                Map<Volume, LockMode> content = new TreeMap<>(modes);
                                content.replaceAll((volume, mode) -> LockMode.SHARED);
                                return content;
                            }
                        }),
                new Mutant(
                        "old-epoch-accepted",
                        "a source obeys a command of a handover that is over",
                        "migration",
                        new Rules() {
                            @Override
                            public ShareRules.Decision share(
                                    HandoverId id,
                                    Epoch epoch,
                                    Optional<OpenHandover> open,
                                    Epoch highest,
                                    Optional<DomainClaims> claims) {
                                return Rules.super.share(id, epoch, open, Epoch.NONE, claims);
                            }
                        }),
                new Mutant(
                        "epoch-forgotten",
                        "a host does not remember the epoch of a handover that opened there",
                        "migration",
                        new Rules() {
                            @Override
                            public Epoch highest(Epoch known, Epoch opened) {
                                return known;
                            }
                        }));
    }

    private static List<Mutant> locks() {
        return List.of(
                new Mutant(
                        "never-released",
                        "what nobody claims any more is not released",
                        "start-twice",
                        planned(c -> c.to() != LockMode.UNLOCKED)),
                new Mutant(
                        "never-weakened",
                        "what is held in a stronger mode than needed is not weakened",
                        "migration",
                        planned(c -> c.drift().kind() != Drift.Kind.TOO_STRONG)),
                new Mutant(
                        "never-settled",
                        "what is enough for now is not strengthened",
                        "migration",
                        planned(c -> c.drift().kind() != Drift.Kind.SETTLING)));
    }

    private static List<Mutant> alarms() {
        return List.of(
                new Mutant(
                        "double-run-unnoticed",
                        "a guest that runs twice raises no alarm",
                        "looks",
                        new Rules() {
                            @Override
                            public Optional<Alarm> doubleRun(Look target1, Look source1, Look target2, Look source2) {
                                return Optional.empty();
                            }
                        }),
                new Mutant(
                        "one-pair-of-looks",
                        "one look at each side is enough for an alarm",
                        "looks",
                        new Rules() {
                            @Override
                            public Optional<Alarm> doubleRun(Look target1, Look source1, Look target2, Look source2) {
                                return Rules.super.doubleRun(target1, source1, target1, source1);
                            }
                        }),
                new Mutant(
                        "left-over-unnoticed",
                        "a source that is left over raises no alarm",
                        "migration",
                        new Rules() {
                            @Override
                            public Optional<Alarm> leftOver(Look target, Look source) {
                                return Optional.empty();
                            }
                        }));
    }

    private static OwnObservation twice(OwnObservation seen) {
        return seen.domain() == OwnDomain.UNKNOWN ? seen : new OwnObservation(seen.domain(), 2, seen.lasting());
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

    private static Rules planned(Predicate<io.lockstep.core.reconcile.Correction> done) {
        return new Rules() {
            @Override
            public Plan plan(VgReading reading, SortedMap<Volume, Need> needs, Set<Volume> ours) {
                Plan plan = Rules.super.plan(reading, needs, ours);
                return new Plan(plan.drifts(), plan.corrections().stream().filter(done).toList());
            }
        };
    }
}
