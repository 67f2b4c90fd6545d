package io.lockstep.core.rule;

import static io.lockstep.core.Samples.D1;
import static io.lockstep.core.Samples.D1_A;
import static io.lockstep.core.Samples.D1_B;
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

class IncomingRulesTest {

    private static final HandoverId ID = HandoverId.of("22222222-0000-0000-0000-000000000002");

    private static OpenHandover open(Side side, ReservationState reservation) {
        return new OpenHandover(
                ID,
                new Epoch(1),
                D1,
                "d1",
                side,
                new HostName("h1"),
                new TreeSet<>(Set.of(D1_A)),
                reservation,
                Instant.EPOCH,
                Instant.EPOCH.plusSeconds(120));
    }

    private static Optional<DomainClaims> claims(boolean under) {
        return Optional.of(DomainClaims.of(D1, "d1", Map.of(D1_A, LockMode.EXCLUSIVE))
                .under(under ? Optional.of(ID) : Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource({
        // reservation, prepare, marked, its claims stand under it, content with SHARED
        "PENDING,  true,  true,  false, true",
        "PENDING,  true,  false, false, false",
        "PENDING,  false, true,  false, false",
        "CONSUMED, true,  true,  true,  true",
        "CONSUMED, true,  false, true,  false",
        "CONSUMED, false, false, true,  true",
        "CONSUMED, true,  true,  false, false",
        "CONSUMED, false, false, false, false",
        "EXPIRED,  true,  true,  false, false",
        "EXPIRED,  true,  true,  true,  false"
    })
    void only_the_prepare_of_the_incoming_migration_is_content_with_shared(
            ReservationState reservation, boolean prepare, boolean marked, boolean under, boolean content) {
        OpenHandover open = open(Side.TARGET, reservation);
        assertThat(IncomingRules.of(Optional.of(open), prepare, marked, claims(under)))
                .isEqualTo(content ? Optional.of(open) : Optional.empty());
    }

    @Test
    void a_start_on_the_source_of_a_handover_or_without_one_is_a_start() {
        OpenHandover source = open(Side.SOURCE, ReservationState.NONE);
        assertThat(IncomingRules.of(Optional.of(source), true, true, claims(true)))
                .isEmpty();
        assertThat(IncomingRules.of(Optional.empty(), true, true, claims(false)))
                .isEmpty();
    }

    @Test
    void only_the_volumes_that_are_shared_need_less_than_their_mode() {
        Map<io.lockstep.core.volume.Volume, LockMode> modes =
                Map.of(D1_A, LockMode.EXCLUSIVE, D1_B, LockMode.EXCLUSIVE);
        assertThat(IncomingRules.content(modes, Optional.of(open(Side.TARGET, ReservationState.PENDING))))
                .containsOnly(Map.entry(D1_A, LockMode.SHARED), Map.entry(D1_B, LockMode.EXCLUSIVE));
        assertThat(IncomingRules.content(modes, Optional.empty())).isEqualTo(modes);
        assertThat(IncomingRules.content(
                        Map.of(D1_B, LockMode.SHARED), Optional.of(open(Side.TARGET, ReservationState.PENDING))))
                .containsOnly(Map.entry(D1_B, LockMode.SHARED));
    }

    @ParameterizedTest
    @CsvSource({
        "this,    nothing, true",
        "this,    another, true",
        "this,    this,    false",
        "another, nothing, false",
        "nothing, nothing, false",
        "nothing, this,    false",
    })
    void a_token_marks_a_prepare_unless_the_stored_definition_has_it(String token, String stored, boolean marked) {
        assertThat(IncomingRules.marked(ID, id(token), id(stored))).isEqualTo(marked);
    }

    private static Optional<HandoverId> id(String which) {
        return switch (which) {
            case "this" -> Optional.of(ID);
            case "another" -> Optional.of(HandoverId.of("33333333-0000-0000-0000-000000000003"));
            default -> Optional.empty();
        };
    }
}
