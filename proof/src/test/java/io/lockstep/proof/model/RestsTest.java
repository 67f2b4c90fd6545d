package io.lockstep.proof.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RestsTest {

    private final Rests rests = new Rests();

    private boolean state(int... next) {
        rests.state();
        for (int each : next) {
            rests.goesOnTo(each);
        }
        return rests.atRest();
    }

    @Test
    void a_state_that_goes_nowhere_rests_and_those_that_lead_there_may() {
        assertThat(state(1, 2)).isFalse();
        assertThat(state(0)).isFalse();
        assertThat(state()).isTrue();

        assertThat(rests.count()).isEqualTo(1);
        assertThat(rests.firstWithoutRest()).isEqualTo(-1);
    }

    @Test
    void a_circle_without_a_way_out_never_rests() {
        state(1, 3);
        state(2);
        state(1);
        state();

        assertThat(rests.firstWithoutRest()).isEqualTo(1);
    }

    @Test
    void the_way_to_rest_may_lead_back_to_earlier_states() {
        state(3);
        state();
        state(1);
        state(2);

        assertThat(rests.firstWithoutRest()).isEqualTo(-1);
    }
}
