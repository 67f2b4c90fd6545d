package io.lockstep.proof.mutant;

import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.OwnObservation;
import java.util.List;
import java.util.stream.Stream;

/** All mutants. One that changes nothing that anybody could see is none. */
public final class Mutants {

    private Mutants() {}

    public static List<Mutant> all() {
        return Stream.of(
                        HandoverMutants.all(),
                        ClaimMutants.all(),
                        LookMutants.looks(),
                        LockMutants.opening(),
                        LockMutants.corrections(),
                        LookMutants.alarms())
                .flatMap(List::stream)
                .toList();
    }

    /** The observation as it would be after a second look. */
    static OwnObservation twice(OwnObservation seen) {
        return seen.domain() == OwnDomain.UNKNOWN ? seen : new OwnObservation(seen.domain(), 2, seen.lasting());
    }
}
