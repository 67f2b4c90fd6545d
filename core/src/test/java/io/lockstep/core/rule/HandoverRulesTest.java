package io.lockstep.core.rule;

import static io.lockstep.core.Samples.D1;
import static io.lockstep.core.Samples.D1_A;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.core.claim.DomainClaims;
import io.lockstep.core.claim.Need;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.OpenHandover;
import io.lockstep.core.handover.OwnObservation;
import io.lockstep.core.handover.ReservationState;
import io.lockstep.core.handover.Side;
import io.lockstep.core.handover.SideProgress;
import io.lockstep.core.rule.HandoverStep.Action;
import io.lockstep.core.volume.LockMode;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class HandoverRulesTest {

    private static final Instant OPENED = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant SETTLES = OPENED.plusSeconds(120);
    private static final DomainClaims CLAIMS = DomainClaims.of(D1, "d1", Map.of(D1_A, LockMode.EXCLUSIVE));

    /** The handover table of the design, row by row: the step at the first look, at the second, and the flag once it lasts. */
    @ParameterizedTest(name = "source, {0}")
    @CsvSource(textBlock = """
                    UNKNOWN,          KEEP, KEEP,    false
                    OUTGOING,         KEEP, KEEP,    false
                    STARTING,         KEEP, KEEP,    false
                    PAUSED_MIGRATING, KEEP, KEEP,    true
                    POST_COPY,        KEEP, KEEP,    true
                    POST_COPY_PAUSED, KEEP, KEEP,    true
                    POST_COPY_FAILED, KEEP, KEEP,    true
                    ACTIVE,           KEEP, ASK,     false
                    ABSENT,           KEEP, RELEASE, false
                    """)
    void a_source_decides_from_its_own_domain(OwnDomain own, Action first, Action second, boolean flagged) {
        assertThat(source(own, 1, false, true).action()).isEqualTo(first);
        assertThat(source(own, 2, false, true).action()).isEqualTo(second);
        assertThat(source(own, 9, true, true).action()).isEqualTo(second);
        assertThat(source(own, 9, true, true).attention().isPresent()).isEqualTo(flagged);
    }

    @ParameterizedTest(name = "target, {0}, reservation {1}")
    @CsvSource(textBlock = """
                    UNKNOWN,          PENDING,  KEEP, KEEP,    false
                    UNKNOWN,          CONSUMED, KEEP, KEEP,    false
                    UNKNOWN,          EXPIRED,  KEEP, KEEP,    false
                    STARTING,         CONSUMED, KEEP, KEEP,    true
                    PAUSED_MIGRATING, CONSUMED, KEEP, KEEP,    true
                    PAUSED_MIGRATING, EXPIRED,  KEEP, KEEP,    true
                    POST_COPY,        CONSUMED, KEEP, ASK,     false
                    POST_COPY_PAUSED, CONSUMED, KEEP, KEEP,    true
                    POST_COPY_FAILED, CONSUMED, KEEP, KEEP,    true
                    ACTIVE,           CONSUMED, KEEP, ASK,     false
                    OUTGOING,         CONSUMED, KEEP, ASK,     false
                    ABSENT,           PENDING,  KEEP, KEEP,    false
                    ABSENT,           CONSUMED, KEEP, RELEASE, false
                    ABSENT,           EXPIRED,  KEEP, RELEASE, false
                    """)
    void a_target_decides_from_its_own_domain_and_reservation(
            OwnDomain own, ReservationState reservation, Action first, Action second, boolean flagged) {
        assertThat(target(own, reservation, 1, false).action()).isEqualTo(first);
        assertThat(target(own, reservation, 2, false).action()).isEqualTo(second);
        assertThat(target(own, reservation, 9, true).action()).isEqualTo(second);
        assertThat(target(own, reservation, 9, true).attention().isPresent()).isEqualTo(flagged);
    }

    @Test
    void a_source_does_not_ask_its_locks_back_while_the_handover_still_opens() {
        assertThat(source(OwnDomain.ACTIVE, 9, true, false).action()).isEqualTo(Action.KEEP);
        assertThat(source(OwnDomain.ACTIVE, 2, false, true).action()).isEqualTo(Action.ASK);
    }

    @Test
    void a_source_whose_domain_is_gone_releases_however_young_the_handover_is() {
        assertThat(source(OwnDomain.ABSENT, 2, false, false).action()).isEqualTo(Action.RELEASE);
    }

    @ParameterizedTest
    @EnumSource(
            value = OwnDomain.class,
            names = {"PAUSED_MIGRATING", "POST_COPY", "POST_COPY_PAUSED"})
    void a_healthy_migrations_pause_is_not_flagged(OwnDomain own) {
        assertThat(source(own, 3, false, true).attention()).isEmpty();
        assertThat(target(own, ReservationState.CONSUMED, 3, false).attention()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void a_failed_post_copy_is_flagged_at_once_on_both_sides(Side side) {
        ReservationState reservation = side == Side.SOURCE ? ReservationState.NONE : ReservationState.CONSUMED;
        HandoverStep step = HandoverRules.next(
                side, new OwnObservation(OwnDomain.POST_COPY_FAILED, 1, false), reservation, true, true);
        assertThat(step.action()).isEqualTo(Action.KEEP);
        assertThat(step.attention()).hasValueSatisfying(a -> assertThat(a).contains("--postcopy-resume"));
    }

    @ParameterizedTest
    @EnumSource(OwnDomain.class)
    void nothing_is_asked_or_released_on_one_look(OwnDomain own) {
        assertThat(source(own, 1, true, true).action()).isEqualTo(Action.KEEP);
        for (ReservationState reservation : ReservationState.values()) {
            assertThat(target(own, reservation, 1, true).action()).isEqualTo(Action.KEEP);
        }
    }

    @Test
    void a_side_that_has_seen_nothing_keeps() {
        for (Side side : Side.values()) {
            assertThat(HandoverRules.next(side, OwnObservation.NOTHING, ReservationState.EXPIRED, true, true))
                    .isEqualTo(HandoverStep.keep());
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
                    KEEP,    true,  true,
                    ASK,     true,  false, HOLDS
                    ASK,     false, true,
                    RELEASE, false, true,  GONE
                    RELEASE, true,  false,
                    """)
    void a_side_is_done_when_it_holds_or_released_what_its_step_says(
            Action action, boolean held, boolean released, SideProgress progress) {
        assertThat(HandoverRules.closing(action, held, released)).isEqualTo(java.util.Optional.ofNullable(progress));
    }

    @ParameterizedTest(name = "{0}, reservation {1}, claims {2}")
    @CsvSource(textBlock = """
                    SOURCE, NONE,     false, RELEASE
                    SOURCE, NONE,     true,  KEEP
                    TARGET, CONSUMED, false, RELEASE
                    TARGET, CONSUMED, true,  KEEP
                    TARGET, PENDING,  false, KEEP
                    """)
    void the_release_hooks_word_is_final(Side side, ReservationState reservation, boolean claimed, Action expected) {
        Optional<DomainClaims> claims = claimed ? Optional.of(CLAIMS) : Optional.empty();
        assertThat(HandoverRules.next(open(side, reservation), claims, OwnObservation.NOTHING, OPENED)
                        .action())
                .isEqualTo(expected);
    }

    @Test
    void a_reservation_that_has_run_out_is_released_after_two_looks_and_not_before_its_time() {
        OpenHandover open = open(Side.TARGET, ReservationState.PENDING);
        OwnObservation absent = new OwnObservation(OwnDomain.ABSENT, 2, false);
        assertThat(HandoverRules.next(open, Optional.empty(), absent, OPENED).action())
                .isEqualTo(Action.KEEP);
        assertThat(HandoverRules.next(open, Optional.empty(), absent, SETTLES).action())
                .isEqualTo(Action.RELEASE);
    }

    @Test
    void a_source_asks_its_locks_back_when_the_targets_time_is_over() {
        OpenHandover open = open(Side.SOURCE, ReservationState.NONE);
        OwnObservation active = new OwnObservation(OwnDomain.ACTIVE, 2, false);
        assertThat(HandoverRules.next(open, Optional.of(CLAIMS), active, OPENED).action())
                .isEqualTo(Action.KEEP);
        assertThat(HandoverRules.next(open, Optional.of(CLAIMS), active, SETTLES)
                        .action())
                .isEqualTo(Action.ASK);
    }

    @ParameterizedTest(name = "{0}, claimed {1}, needed {2}, ours {3}, held {4}")
    @CsvSource(textBlock = """
                    ASK,     true,  true,  true,  EXCLUSIVE, HOLDS
                    ASK,     true,  true,  true,  SHARED,
                    ASK,     false, false, true,  EXCLUSIVE,
                    RELEASE, false, false, true,  UNLOCKED,  GONE
                    RELEASE, false, false, true,  SHARED,
                    RELEASE, false, false, false, EXCLUSIVE, GONE
                    RELEASE, false, true,  true,  SHARED,    GONE
                    KEEP,    true,  true,  true,  EXCLUSIVE,
                    """)
    void a_side_closes_when_it_holds_what_its_claims_need_or_nothing_for_this_domain(
            Action action, boolean claimed, boolean needed, boolean ours, LockMode held, SideProgress progress) {
        assertThat(HandoverRules.closing(
                        action,
                        open(Side.SOURCE, ReservationState.NONE),
                        claimed ? Optional.of(CLAIMS) : Optional.empty(),
                        needed ? Map.of(D1_A, Need.of(LockMode.SHARED)) : Map.of(),
                        ours ? Set.of(D1_A) : Set.of(),
                        v -> Optional.of(held)))
                .isEqualTo(Optional.ofNullable(progress));
    }

    @Test
    void nothing_closes_while_it_is_not_known_what_is_held() {
        for (Action action : Action.values()) {
            assertThat(HandoverRules.closing(
                            action,
                            open(Side.SOURCE, ReservationState.NONE),
                            action == Action.ASK ? Optional.of(CLAIMS) : Optional.empty(),
                            Map.of(),
                            Set.of(D1_A),
                            v -> Optional.empty()))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"1, false, KEEP", "2, false, KEEP", "1, true, KEEP", "2, true, ASK"})
    void what_goes_out_once_the_target_is_gone_is_the_next_migration(int looks, boolean gone, Action expected) {
        OpenHandover open = open(Side.SOURCE, ReservationState.NONE);
        OwnObservation outgoing = new OwnObservation(OwnDomain.OUTGOING, looks, false);

        assertThat(HandoverRules.next(gone ? open.withoutTarget() : open, Optional.of(CLAIMS), outgoing, SETTLES)
                        .action())
                .isEqualTo(expected);
    }

    private static OpenHandover open(Side side, ReservationState reservation) {
        return new OpenHandover(
                HandoverId.of("22222222-0000-0000-0000-000000000002"),
                new Epoch(1),
                D1,
                "d1",
                side,
                new HostName("h2"),
                new TreeSet<>(Set.of(D1_A)),
                reservation,
                OPENED,
                SETTLES);
    }

    private static HandoverStep source(OwnDomain own, int looks, boolean lasting, boolean settled) {
        return HandoverRules.next(
                Side.SOURCE, new OwnObservation(own, looks, lasting), ReservationState.NONE, settled, false);
    }

    private static HandoverStep target(OwnDomain own, ReservationState reservation, int looks, boolean lasting) {
        return HandoverRules.next(Side.TARGET, new OwnObservation(own, looks, lasting), reservation, true, false);
    }
}
