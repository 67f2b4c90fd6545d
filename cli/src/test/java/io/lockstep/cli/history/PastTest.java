package io.lockstep.cli.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.cli.Ctl;
import io.lockstep.cli.fake.ExampleCluster;
import io.lockstep.cli.fake.FakeCluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code history}, {@code actions}, and the times and states by which the past is asked for. */
class PastTest {

    private final FakeCluster cluster = ExampleCluster.start();
    private final Ctl ctl = Ctl.of(cluster);

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void holds_and_what_people_did_stand_in_the_order_of_time() {
        Ctl.Run run = ctl.run("history", "vg0/web1");

        assertThat(run.exit()).isZero();
        assertThat(run.out().lines().skip(1))
                .satisfiesExactly(
                        first -> assertThat(first).contains("h1").contains("EXCLUSIVE, for domain web1"),
                        byHand -> assertThat(byHand).contains("release by hand, by ada (left by lvcreate): "),
                        shared -> assertThat(shared)
                                .contains("now")
                                .contains("h1")
                                .contains("SHARED"),
                        other ->
                                assertThat(other).contains("now").contains("h2").contains("SHARED"));
    }

    @Test
    void of_a_volume_that_nobody_ever_held_nothing_is_told() {
        Ctl.Run run = ctl.run("history", "vg0/none");
        assertThat(run.exit()).isZero();
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("nothing is recorded of vg0/none");
    }

    @Test
    void actions_are_chosen_by_host_and_time() {
        assertThat(ctl.run("actions").out()).contains("ada").contains("eve");
        assertThat(ctl.run("actions", "--host", "h1").out()).contains("ada").doesNotContain("eve");
        assertThat(ctl.run("actions", "--since", "1h").out()).contains("ada").doesNotContain("eve");
        assertThat(ctl.run("actions", "--since", "2025-06-01").out()).contains("eve");
        assertThat(ctl.run("actions", "--since", "2025-06-01T11:30:00Z").out()).doesNotContain("eve");
    }

    @ParameterizedTest
    @ValueSource(strings = {"yesterday", "2025-13-01", "2025-06-01 10:00", "-1h"})
    void a_time_that_is_none_says_how_to_write_one(String since) {
        Ctl.Run run = ctl.run("handovers", "--since=" + since);
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("2h, 2026-11-01 (UTC) or 2026-11-01T10:00:00Z");
    }

    @Test
    void handovers_are_chosen_by_host_and_state() {
        assertThat(ctl.run("handovers", "--state", "open").out())
                .contains("5be1c0de")
                .doesNotContain("91f0a3d2");
        assertThat(ctl.run("handovers", "--state", "Closed").out())
                .contains("91f0a3d2")
                .doesNotContain("5be1c0de");
        assertThat(ctl.run("handovers", "--state", "shared").out()).contains("5be1c0de");
        assertThat(ctl.run("handovers", "--host", "h3").err()).contains("no handover");
        assertThat(ctl.run("handovers", "--watch", "--state", "committed").out())
                .contains("91f0a3d2")
                .doesNotContain("5be1c0de");
        Ctl.Run wrong = ctl.run("handovers", "--state", "done");
        assertThat(wrong.exit()).isEqualTo(2);
        assertThat(wrong.err()).contains("there are open, closed, sharing, shared, committing");
    }

    @Test
    void who_forgets_a_host_and_why_is_told_to_the_controller() {
        ctl.run("forget", "h3", "--reason", "sold");
        assertThat(cluster.requests()).containsExactly("forget h3 by ada: sold");
    }
}
