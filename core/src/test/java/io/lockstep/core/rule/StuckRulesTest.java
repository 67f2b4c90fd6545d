package io.lockstep.core.rule;

import static io.lockstep.core.Samples.D1_A;
import static io.lockstep.core.Samples.D1_B;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.core.domain.OwnDomain;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StuckRulesTest {

    private static final Duration LONG = StuckRules.PATIENCE;

    @ParameterizedTest
    @EnumSource(HandoverStep.Action.class)
    void what_takes_as_long_as_a_dead_host_may_is_no_reason_to_look(HandoverStep.Action action) {
        assertThat(StuckRules.attention(action, OwnDomain.UNKNOWN, LONG.minusMillis(1), Map.of()))
                .isEmpty();
    }

    @Test
    void who_asks_in_vain_says_what_the_lock_manager_says() {
        assertThat(StuckRules.attention(
                        HandoverStep.Action.ASK,
                        OwnDomain.ACTIVE,
                        LONG,
                        Map.of(D1_B, "held elsewhere", D1_A, "does not end")))
                .hasValue("the guest's own locks are not granted: " + D1_A + ": does not end; " + D1_B
                        + ": held elsewhere");
    }

    @Test
    void who_cannot_release_says_what_keeps_the_volumes() {
        assertThat(StuckRules.attention(
                        HandoverStep.Action.RELEASE, OwnDomain.ABSENT, LONG, Map.of(D1_A, "open on this host")))
                .hasValue("the guest has gone from here, and its locks cannot be released: " + D1_A
                        + ": open on this host; end what uses its volumes on this host");
    }

    @Test
    void a_domain_that_libvirt_hides_is_told_and_one_that_it_shows_is_not() {
        assertThat(StuckRules.attention(HandoverStep.Action.KEEP, OwnDomain.UNKNOWN, LONG, Map.of()))
                .hasValueSatisfying(text -> assertThat(text).startsWith("libvirt tells nothing of the domain"));
        assertThat(StuckRules.attention(HandoverStep.Action.KEEP, OwnDomain.OUTGOING, LONG, Map.of()))
                .isEmpty();
    }
}
