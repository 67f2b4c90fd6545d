package io.lockstep.proof.mutant;

import io.lockstep.core.domain.DomainJob;
import io.lockstep.core.domain.DomainState;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.HandoverAlarms.Alarm;
import io.lockstep.core.handover.HandoverAlarms.Look;
import io.lockstep.proof.model.Rules;
import java.util.List;
import java.util.Optional;

/** What a look at libvirt means, and what the controller makes of looks at both sides. */
final class LookMutants {

    private LookMutants() {}

    static List<Mutant> looks() {
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

    static List<Mutant> alarms() {
        return List.of(
                new Mutant("double-run-unnoticed", "a guest that runs twice raises no alarm", "looks", new Rules() {
                    @Override
                    public Optional<Alarm> doubleRun(Look target1, Look source1, Look target2, Look source2) {
                        return Optional.empty();
                    }
                }),
                new Mutant("one-pair-of-looks", "one look at each side is enough for an alarm", "looks", new Rules() {
                    @Override
                    public Optional<Alarm> doubleRun(Look target1, Look source1, Look target2, Look source2) {
                        return Rules.super.doubleRun(target1, source1, target1, source1);
                    }
                }),
                new Mutant(
                        "left-over-unnoticed", "a source that is left over raises no alarm", "migration", new Rules() {
                            @Override
                            public Optional<Alarm> leftOver(Look target, Look source) {
                                return Optional.empty();
                            }
                        }));
    }
}
