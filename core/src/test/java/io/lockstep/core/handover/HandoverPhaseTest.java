package io.lockstep.core.handover;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class HandoverPhaseTest {

    @ParameterizedTest(name = "source {0}, target {1}: {2}")
    @CsvSource(textBlock = """
                    SHARING,   SHARING,   SHARING
                    SHARED,    SHARING,   SHARING
                    SHARING,   SHARED,    SHARING
                    SHARED,    SHARED,    SHARED
                    RELEASING, SHARED,    COMMITTING
                    GONE,      SHARED,    COMMITTING
                    GONE,      SHARING,   COMMITTING
                    SHARED,    ASKING,    COMMITTING
                    RELEASING, ASKING,    COMMITTING
                    GONE,      ASKING,    COMMITTING
                    SHARED,    HOLDS,     COMMITTING
                    RELEASING, HOLDS,     COMMITTING
                    GONE,      HOLDS,     COMMITTED
                    ASKING,    SHARED,    REVERTING
                    HOLDS,     SHARED,    REVERTING
                    ASKING,    SHARING,   REVERTING
                    SHARED,    RELEASING, REVERTING
                    SHARED,    GONE,      REVERTING
                    ASKING,    GONE,      REVERTING
                    HOLDS,     RELEASING, REVERTING
                    RELEASING, GONE,      REVERTING
                    HOLDS,     GONE,      REVERTED
                    GONE,      GONE,      REVERTED
                    """)
    void the_phase_follows_from_what_both_sides_report(SideProgress source, SideProgress target, HandoverPhase phase) {
        assertThat(HandoverPhase.of(source, target)).isEqualTo(phase);
    }

    @ParameterizedTest
    @EnumSource(SideProgress.class)
    void a_handover_is_closed_exactly_when_both_sides_are(SideProgress source) {
        for (SideProgress target : SideProgress.values()) {
            assertThat(HandoverPhase.of(source, target).closed()).isEqualTo(source.closed() && target.closed());
        }
    }
}
