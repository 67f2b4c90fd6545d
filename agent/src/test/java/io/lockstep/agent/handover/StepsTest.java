package io.lockstep.agent.handover;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.SideProgress;
import io.lockstep.core.handover.SideStep;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class StepsTest {

    private static final Instant THEN = Instant.parse("2026-11-22T20:00:00Z");
    private static final HandoverId ID = new HandoverId(new UUID(1, 1));

    private final Steps steps = new Steps();

    private static SideStep step(int second, SideProgress progress, OwnDomain own) {
        return new SideStep(THEN.plusSeconds(second), progress, own, "");
    }

    @Test
    void what_is_seen_again_is_no_step() {
        steps.with(ID, step(1, SideProgress.SHARED, OwnDomain.ACTIVE));
        steps.with(ID, step(2, SideProgress.SHARED, OwnDomain.ACTIVE));
        List<SideStep> all = steps.with(ID, step(3, SideProgress.SHARED, OwnDomain.OUTGOING));

        assertThat(all)
                .containsExactly(
                        step(1, SideProgress.SHARED, OwnDomain.ACTIVE),
                        step(3, SideProgress.SHARED, OwnDomain.OUTGOING));
        assertThat(steps.of(ID)).isEqualTo(all);
    }

    @Test
    void two_steps_are_never_of_the_same_moment_also_when_the_clock_is_set_back() {
        steps.with(ID, step(5, SideProgress.SHARING, OwnDomain.ACTIVE));
        steps.with(ID, step(5, SideProgress.SHARED, OwnDomain.ACTIVE));
        List<SideStep> all = steps.with(ID, step(1, SideProgress.ASKING, OwnDomain.ACTIVE));

        assertThat(all).extracting(SideStep::at).isSorted().doesNotHaveDuplicates();
        assertThat(all)
                .extracting(SideStep::progress)
                .containsExactly(SideProgress.SHARING, SideProgress.SHARED, SideProgress.ASKING);
    }

    @Test
    void a_state_that_flutters_keeps_its_latest_steps() {
        for (int second = 0; second < 1000; second++) {
            steps.with(ID, step(second, second % 2 == 0 ? SideProgress.SHARED : SideProgress.ASKING, OwnDomain.ACTIVE));
        }
        assertThat(steps.of(ID)).hasSize(50);
        assertThat(steps.of(ID).getLast().at()).isEqualTo(THEN.plusSeconds(999));
    }

    @Test
    void steps_of_a_handover_that_nobody_asks_about_any_more_are_forgotten() {
        steps.with(ID, step(1, SideProgress.SHARED, OwnDomain.ACTIVE));
        steps.keepOnly(Set.of());
        assertThat(steps.of(ID)).isEmpty();
    }
}
