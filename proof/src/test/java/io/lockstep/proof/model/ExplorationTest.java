package io.lockstep.proof.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.core.claim.DomainClaims;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.handover.OwnObservation;
import io.lockstep.core.volume.LockMode;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExplorationTest {

    private static final int MOST = 2_000_000;

    static final List<Configuration> SMALL = Configurations.SMALL;

    private static final Configuration ONE_START = new Configuration(
            "one-start",
            "one start, one stop, one crash",
            2,
            List.of(LockMode.EXCLUSIVE),
            false,
            Map.of(Stimulus.STARTS, 1, Stimulus.STOPS, 1, Stimulus.AGENT_CRASHES, 1));

    @ParameterizedTest
    @FieldSource("SMALL")
    void the_rules_keep_the_invariants_in_every_state_and_come_to_rest_from_each(Configuration configuration) {
        Result result = new Exploration(configuration, Rules.CORE, MOST).run();

        assertThat(result.violation()).isEmpty();
        assertThat(result.rests()).isPositive();
    }

    @Test
    void everything_that_can_happen_happens_somewhere_in_the_small_configurations() {
        Set<Event> seen = EnumSet.noneOf(Event.class);
        SMALL.forEach(
                c -> seen.addAll(new Exploration(c, Rules.CORE, MOST).run().seen()));

        // Under the real rules a lock that is taken is marked as ours before.
        assertThat(EnumSet.complementOf(EnumSet.copyOf(seen))).containsExactly(Event.MARKED_OURS);
    }

    @Test
    void an_exploration_finds_the_same_each_time() {
        Result first = new Exploration(ONE_START, Rules.CORE, MOST).run();
        Result second = new Exploration(ONE_START, Rules.CORE, MOST).run();

        assertThat(second).isEqualTo(first);
    }

    @Test
    void a_violation_is_told_with_a_shortest_way_there() {
        Rules forgetful = new Rules() {
            @Override
            public boolean endByLooking(OwnObservation seen, boolean handover) {
                return false;
            }

            @Override
            public Set<DomainUuid> ended(DomainUuid released, Collection<DomainClaims> claims) {
                return Set.of();
            }
        };

        Optional<Violation> violation =
                new Exploration(ONE_START, forgetful, MOST).run().violation();

        assertThat(violation).isPresent();
        assertThat(violation.get().invariant()).isEqualTo("I4");
        List<String> trace = violation.get().trace();
        assertThat(trace.getFirst()).startsWith("h1 web: virsh start");
        assertThat(trace.getLast()).contains("EXCLUSIVE (web absent, claim)");
    }

    @Test
    void a_rule_that_goes_round_in_circles_for_ever_is_found() {
        // Forgets the second of two looks, so that whoever counts them never ends.
        Rules restless = new Rules() {
            @Override
            public int looks(int before) {
                return before == 1 ? 0 : 1;
            }
        };

        Optional<Violation> violation =
                new Exploration(ONE_START, restless, MOST).run().violation();

        assertThat(violation.map(Violation::invariant)).contains("rest");
    }

    @Test
    void more_states_than_fit_into_memory_are_an_error_and_not_a_short_proof() {
        assertThatThrownBy(() -> new Exploration(ONE_START, Rules.CORE, 10).run())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("one-start has more than 10 states");
    }
}
