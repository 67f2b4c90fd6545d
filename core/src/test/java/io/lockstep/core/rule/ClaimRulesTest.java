package io.lockstep.core.rule;

import static io.lockstep.core.Samples.D1;
import static io.lockstep.core.Samples.D1_A;
import static io.lockstep.core.Samples.D1_B;
import static io.lockstep.core.Samples.D2;
import static io.lockstep.core.Samples.modes;
import static io.lockstep.core.volume.LockMode.EXCLUSIVE;
import static io.lockstep.core.volume.LockMode.SHARED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.core.claim.DomainClaims;
import io.lockstep.core.claim.Need;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.OpenHandover;
import io.lockstep.core.handover.ReservationState;
import io.lockstep.core.handover.Side;
import io.lockstep.core.rule.ClaimRules.Conflict;
import io.lockstep.core.rule.ClaimRules.Settling;
import io.lockstep.core.rule.HandoverStep.Action;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.Volume;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ClaimRulesTest {

    private static final HandoverId ID = HandoverId.of("22222222-0000-0000-0000-000000000002");
    private static final HandoverId OTHER = HandoverId.of("33333333-0000-0000-0000-000000000003");

    private final DomainClaims d1 = DomainClaims.of(D1, "d1", Map.of(D1_A, EXCLUSIVE, D1_B, SHARED));

    @Test
    void a_claim_outside_a_handover_needs_exactly_its_mode() {
        assertThat(ClaimRules.needs(List.of(d1), List.of()))
                .containsExactly(Map.entry(D1_A, Need.of(EXCLUSIVE)), Map.entry(D1_B, Need.of(SHARED)));
        assertThat(ClaimRules.needs(List.of(), List.of())).isEmpty();
    }

    @Test
    void two_domains_that_share_a_volume_need_the_strongest_of_their_modes() {
        DomainClaims d2 = DomainClaims.of(D2, "d2", Map.of(D1_A, SHARED, D1_B, SHARED));
        assertThat(ClaimRules.needs(List.of(d2, d1), List.of()))
                .containsEntry(D1_A, Need.of(EXCLUSIVE))
                .containsEntry(D1_B, Need.of(SHARED));
    }

    @ParameterizedTest
    @CsvSource({"KEEP, SHARED, SHARED", "ASK, SHARED, EXCLUSIVE"})
    void a_claim_under_an_open_handover_needs_what_its_side_does_next(Action action, LockMode floor, LockMode goal) {
        for (OpenHandover handover : List.of(source(ID), target(ReservationState.CONSUMED))) {
            assertThat(ClaimRules.needs(List.of(d1.under(Optional.of(ID))), List.of(new Settling(handover, action))))
                    .containsEntry(D1_A, new Need(floor, goal));
        }
    }

    @Test
    void a_domain_that_is_gone_under_its_handover_needs_nothing_of_it() {
        assertThat(ClaimRules.needs(
                        List.of(d1.under(Optional.of(ID))), List.of(new Settling(source(ID), Action.RELEASE))))
                .containsExactly(Map.entry(D1_B, Need.of(SHARED)));
    }

    @Test
    void a_volume_that_only_this_side_uses_is_needed_in_its_own_mode() {
        DomainClaims both = DomainClaims.of(D1, "d1", Map.of(D1_A, EXCLUSIVE, D1_B, EXCLUSIVE))
                .under(Optional.of(ID));
        assertThat(ClaimRules.needs(
                        List.of(both), List.of(new Settling(target(ReservationState.CONSUMED), Action.KEEP))))
                .containsEntry(D1_A, Need.of(SHARED))
                .containsEntry(D1_B, Need.of(EXCLUSIVE));
    }

    @ParameterizedTest
    @EnumSource(Action.class)
    void a_start_ignores_an_open_handover(Action action) {
        assertThat(ClaimRules.needs(List.of(d1), List.of(new Settling(source(ID), action))))
                .containsEntry(D1_A, Need.of(EXCLUSIVE));
        assertThat(ClaimRules.needs(List.of(d1.under(Optional.of(OTHER))), List.of(new Settling(source(ID), action))))
                .containsEntry(D1_A, Need.of(EXCLUSIVE));
    }

    @Test
    void a_pending_reservation_holds_shared_before_its_domain_exists() {
        assertThat(needs(target(ReservationState.PENDING), Action.KEEP))
                .containsExactly(Map.entry(D1_A, Need.of(SHARED)));
        assertThat(needs(target(ReservationState.PENDING), Action.RELEASE)).isEmpty();
        assertThat(needs(target(ReservationState.EXPIRED), Action.KEEP)).isEmpty();
        assertThat(needs(target(ReservationState.CONSUMED), Action.KEEP)).isEmpty();
        assertThat(needs(source(ID), Action.KEEP)).isEmpty();
    }

    @Test
    void a_second_domain_strengthens_a_claim_that_is_content_with_shared() {
        DomainClaims d2 = DomainClaims.of(D2, "d2", modes(D1_A, EXCLUSIVE));
        assertThat(ClaimRules.needs(
                        List.of(d1.under(Optional.of(ID)), d2), List.of(new Settling(source(ID), Action.KEEP))))
                .containsEntry(D1_A, Need.of(EXCLUSIVE));
    }

    @ParameterizedTest(name = "wanted {0}, held {1}: conflict {2}")
    @CsvSource({
        "EXCLUSIVE, EXCLUSIVE, true",
        "EXCLUSIVE, SHARED, true",
        "SHARED, EXCLUSIVE, true",
        "SHARED, SHARED, false"
    })
    void two_domains_of_one_host_have_one_volume_only_when_both_share_it(
            LockMode wanted, LockMode held, boolean conflict) {
        DomainClaims holder = DomainClaims.of(D1, "d1", modes(D1_A, held));
        DomainClaims second = DomainClaims.of(D2, "d2", modes(D1_A, wanted));
        assertThat(ClaimRules.conflicts(List.of(holder), List.of(), second))
                .isEqualTo(conflict ? List.of(new Conflict(D1_A, wanted, "d1", held)) : List.of());
    }

    @Test
    void a_domain_is_not_in_its_own_way() {
        assertThat(ClaimRules.conflicts(List.of(d1), List.of(target(ReservationState.PENDING)), d1))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "PENDING,  EXCLUSIVE, true",
        "PENDING,  SHARED,    false",
        "CONSUMED, EXCLUSIVE, false",
        "EXPIRED,  EXCLUSIVE, false"
    })
    void a_reservation_keeps_its_volumes_from_other_domains(
            ReservationState reservation, LockMode wanted, boolean conflict) {
        DomainClaims second = DomainClaims.of(D2, "d2", modes(D1_A, wanted));
        assertThat(ClaimRules.conflicts(List.of(), List.of(target(reservation)), second))
                .isEqualTo(conflict ? List.of(new Conflict(D1_A, wanted, "d1", SHARED)) : List.of());
    }

    @Test
    void a_source_keeps_nobody_out_but_by_its_claims() {
        DomainClaims second = DomainClaims.of(D2, "d2", modes(D1_A, EXCLUSIVE));
        assertThat(ClaimRules.conflicts(List.of(), List.of(source(ID)), second)).isEmpty();
    }

    @Test
    void a_claim_is_never_unlocked_and_a_need_never_asks_for_less_than_its_floor() {
        assertThatThrownBy(() -> DomainClaims.of(D1, "d1", modes(D1_A, LockMode.UNLOCKED)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Need(EXCLUSIVE, SHARED)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Need.of(LockMode.UNLOCKED)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_persons_request_is_refused_for_the_sake_of_a_claim_or_of_an_open_handover() {
        assertThat(ClaimRules.claimant(List.of(d1), List.of(), D1_B)).contains(new ClaimRules.Claimant(D1, "d1"));
        assertThat(ClaimRules.claimant(List.of(), List.of(source(ID)), D1_A))
                .contains(new ClaimRules.Claimant(D1, "d1"));
        assertThat(ClaimRules.claimant(List.of(), List.of(source(ID)), D1_B)).isEmpty();
        assertThat(ClaimRules.claimant(List.of(), List.of(), D1_A)).isEmpty();
    }

    private static Map<Volume, Need> needs(OpenHandover handover, Action action) {
        return ClaimRules.needs(List.of(), List.of(new Settling(handover, action)));
    }

    private static OpenHandover source(HandoverId id) {
        return handover(id, D1, Side.SOURCE, ReservationState.NONE);
    }

    private static OpenHandover target(ReservationState reservation) {
        return handover(ID, D1, Side.TARGET, reservation);
    }

    private static OpenHandover handover(HandoverId id, DomainUuid domain, Side side, ReservationState reservation) {
        return new OpenHandover(
                id,
                new Epoch(1),
                domain,
                "d1",
                side,
                new HostName("h2"),
                new TreeSet<>(Set.of(D1_A)),
                reservation,
                Instant.EPOCH,
                Instant.EPOCH.plusSeconds(120));
    }
}
