package io.lockstep.core.rule;

import static io.lockstep.core.Samples.D1;
import static io.lockstep.core.Samples.D1_A;
import static io.lockstep.core.Samples.D1_B;
import static io.lockstep.core.Samples.D2_A;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.core.claim.DomainClaims;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.OpenHandover;
import io.lockstep.core.handover.ReservationState;
import io.lockstep.core.handover.Side;
import io.lockstep.core.volume.LockMode;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShareRulesTest {

    private static final HandoverId ID = HandoverId.of("22222222-0000-0000-0000-000000000002");
    private static final HandoverId OTHER = HandoverId.of("33333333-0000-0000-0000-000000000003");

    private final DomainClaims claims =
            DomainClaims.of(D1, "d1", Map.of(D1_A, LockMode.EXCLUSIVE, D1_B, LockMode.SHARED));

    private static OpenHandover open(HandoverId id, long epoch) {
        Instant now = Instant.EPOCH;
        return new OpenHandover(
                id,
                new Epoch(epoch),
                D1,
                "d1",
                Side.SOURCE,
                new HostName("h2"),
                new TreeSet<>(Set.of(D1_A)),
                ReservationState.NONE,
                now,
                now.plusSeconds(180));
    }

    private ShareRules.Decision decide(long epoch, Optional<OpenHandover> open, long highest) {
        return ShareRules.decide(ID, new Epoch(epoch), open, new Epoch(highest), Optional.of(claims));
    }

    @ParameterizedTest
    @CsvSource({"1, 0, true", "3, 2, true", "2, 2, false", "1, 2, false"})
    void a_command_opens_a_handover_only_with_an_epoch_that_was_never_seen(long epoch, long highest, boolean opens) {
        assertThat(decide(epoch, Optional.empty(), highest))
                .isEqualTo(
                        opens
                                ? new ShareRules.Decision.Open(claims)
                                : new ShareRules.Decision.Stale(new Epoch(highest)));
    }

    @Test
    void the_same_command_is_answered_again_while_its_handover_is_open() {
        OpenHandover open = open(ID, 2);
        assertThat(decide(2, Optional.of(open), 2)).isEqualTo(new ShareRules.Decision.Again(open));
    }

    @Test
    void another_handover_that_is_open_is_in_the_way_whatever_the_epoch() {
        OpenHandover other = open(OTHER, 2);
        assertThat(decide(1, Optional.of(other), 2)).isEqualTo(new ShareRules.Decision.AlreadyOpen(other));
        assertThat(decide(9, Optional.of(other), 2)).isEqualTo(new ShareRules.Decision.AlreadyOpen(other));
    }

    @Test
    void a_domain_without_claims_is_not_here() {
        assertThat(ShareRules.decide(ID, new Epoch(1), Optional.empty(), Epoch.NONE, Optional.empty()))
                .isEqualTo(new ShareRules.Decision.NotHere());
    }

    @Test
    void only_what_is_claimed_here_and_wanted_there_is_shared() {
        assertThat(ShareRules.shared(claims, Set.of(D1_A, D2_A))).containsExactly(D1_A);
        assertThat(ShareRules.shared(claims, Set.of(D2_A))).isEmpty();
    }
}
