package io.lockstep.core.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.OwnObservation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ClaimsByLookingTest {

    private static OwnObservation seen(OwnDomain own, int looks) {
        return new OwnObservation(own, looks, false);
    }

    @ParameterizedTest
    @EnumSource(OwnDomain.class)
    void a_claim_begins_when_the_domain_was_seen_active_twice(OwnDomain own) {
        assertThat(ClaimsByLooking.begin(seen(own, 2))).isEqualTo(own == OwnDomain.ACTIVE);
        assertThat(ClaimsByLooking.begin(seen(own, 1))).isFalse();
        assertThat(ClaimsByLooking.settled(own)).isEqualTo(own == OwnDomain.ACTIVE);
    }

    @ParameterizedTest
    @EnumSource(OwnDomain.class)
    void a_claim_ends_when_the_domain_was_seen_absent_twice_and_never_by_silence(OwnDomain own) {
        assertThat(ClaimsByLooking.end(seen(own, 2), false)).isEqualTo(own == OwnDomain.ABSENT);
        assertThat(ClaimsByLooking.end(seen(own, 1), false)).isFalse();
    }

    @Test
    void while_a_handover_is_open_its_own_rules_end_the_claims() {
        assertThat(ClaimsByLooking.end(seen(OwnDomain.ABSENT, 2), true)).isFalse();
    }
}
