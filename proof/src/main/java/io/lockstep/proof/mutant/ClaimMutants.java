package io.lockstep.proof.mutant;

import io.lockstep.core.claim.DomainClaims;
import io.lockstep.core.claim.Need;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.handover.OpenHandover;
import io.lockstep.core.handover.OwnObservation;
import io.lockstep.core.handover.ReservationState;
import io.lockstep.core.rule.ClaimRules;
import io.lockstep.core.volume.Volume;
import io.lockstep.proof.model.Rules;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;

/** Which claims begin and end, and what they exclude. */
final class ClaimMutants {

    private ClaimMutants() {}

    static List<Mutant> all() {
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
                                return Rules.super.endByLooking(Mutants.twice(seen), handover);
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
                        "refused-claim-stays", "a refused start leaves its claim behind", "start-twice", new Rules() {
                            @Override
                            public Optional<DomainClaims> undone(Optional<DomainClaims> before, DomainClaims refused) {
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
}
