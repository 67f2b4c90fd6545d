package io.lockstep.proof.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StatesTest {

    @Test
    void each_state_has_one_number_however_many_there_are() {
        States states = new States(2);
        for (int i = 0; i < 50_000; i++) {
            assertThat(states.add(new long[] {i % 7, i}, i - 1)).isEqualTo(-i - 1);
        }
        for (int i = 0; i < 50_000; i++) {
            assertThat(states.add(new long[] {i % 7, i}, 0)).isEqualTo(i);
            assertThat(states.parent(i)).isEqualTo(i - 1);
        }
        assertThat(states.size()).isEqualTo(50_000);
    }

    @Test
    void a_state_is_given_back_as_it_was() {
        States states = new States(3);
        states.add(new long[] {1, -2, Long.MIN_VALUE}, -1);
        long[] state = new long[3];

        states.get(0, state);

        assertThat(state).containsExactly(1, -2, Long.MIN_VALUE);
    }
}
