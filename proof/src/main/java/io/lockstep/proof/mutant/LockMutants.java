package io.lockstep.proof.mutant;

import io.lockstep.core.claim.DomainClaims;
import io.lockstep.core.claim.Need;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.OpenHandover;
import io.lockstep.core.reconcile.Correction;
import io.lockstep.core.reconcile.Drift;
import io.lockstep.core.reconcile.Plan;
import io.lockstep.core.rule.ShareRules;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.VgReading;
import io.lockstep.core.volume.Volume;
import io.lockstep.proof.model.Rules;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/** How a handover is opened, with what a call is content, and which locks are corrected. */
final class LockMutants {

    private LockMutants() {}

    static List<Mutant> opening() {
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
                new Mutant("content-with-shared", "a start is content with SHARED", "migration-and-start", new Rules() {
                    @Override
                    public Map<Volume, LockMode> content(Map<Volume, LockMode> modes, Optional<OpenHandover> incoming) {
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

    static List<Mutant> corrections() {
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

    private static Rules planned(Predicate<Correction> done) {
        return new Rules() {
            @Override
            public Plan plan(VgReading reading, SortedMap<Volume, Need> needs, Set<Volume> ours) {
                Plan plan = Rules.super.plan(reading, needs, ours);
                return new Plan(
                        plan.drifts(), plan.corrections().stream().filter(done).toList());
            }
        };
    }
}
