package io.lockstep.controller.handover;

import static io.lockstep.controller.fake.Samples.A;
import static io.lockstep.controller.fake.Samples.B;
import static io.lockstep.controller.fake.Samples.C;
import static io.lockstep.controller.fake.Samples.DATA;
import static io.lockstep.controller.fake.Samples.ROOT;
import static io.lockstep.controller.fake.Samples.WEB;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.controller.fake.FakeAgent;
import io.lockstep.controller.fake.FakeCluster;
import io.lockstep.controller.handover.BeginOutcome.Code;
import io.lockstep.controller.host.ShareAnswer;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverPhase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which host is asked to share, and what is answered when none can be told. */
class BeginSourceTest extends BeginFixture {

    @Test
    void the_host_that_runs_the_domain_shares_what_it_has_of_the_volumes() {
        cluster.runs(A).onShare = (order, limit) -> new ShareAnswer.Shared(List.of(ROOT));

        Handover handover = opened(cluster.begin(B, ROOT, DATA)).handover();

        assertThat(handover.source()).isEqualTo(A);
        assertThat(handover.target()).isEqualTo(B);
        assertThat(handover.volumes()).containsExactly(ROOT);
        assertThat(handover.epoch()).isEqualTo(new Epoch(1));
        assertThat(handover.phase()).isEqualTo(HandoverPhase.SHARING);
        assertThat(a.shares)
                .singleElement()
                .satisfies(s -> assertThat(s.volumes()).containsExactly(ROOT, DATA));
        assertThat(cluster.saved).containsKey(handover.id());
        assertThat(cluster.history).contains("opened: hv-a shares vg0/web1_root");
    }

    static List<Arguments> whoIsThere() {
        return List.of(
                Arguments.of("an ordinary source", OwnDomain.ACTIVE, OwnDomain.ABSENT, null),
                Arguments.of("a source that already migrates", OwnDomain.OUTGOING, OwnDomain.ABSENT, null),
                Arguments.of("a source that was left paused", OwnDomain.PAUSED_MIGRATING, OwnDomain.ABSENT, null),
                Arguments.of("a third host has it too", OwnDomain.ACTIVE, OwnDomain.ACTIVE, Code.ACTIVE_TWICE),
                Arguments.of("the third host's hook runs", OwnDomain.ACTIVE, OwnDomain.UNKNOWN, null),
                Arguments.of("nobody, and one is unsure", OwnDomain.ABSENT, OwnDomain.UNKNOWN, Code.HOSTS_UNKNOWN));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("whoIsThere")
    void the_source_is_found_in_what_the_hosts_stream(String name, OwnDomain onA, OwnDomain onC, Code code) {
        a.domains.put(WEB, onA);
        c.domains.put(WEB, onC);
        a.sends();
        c.sends();

        BeginOutcome outcome = cluster.begin(B, ROOT);

        if (code == null) {
            assertThat(opened(outcome).handover().source()).isEqualTo(A);
        } else {
            refused(outcome, code);
            assertThat(a.shares).isEmpty();
        }
    }

    @Test
    void a_domain_that_runs_on_the_target_already_is_refused_after_a_second_thought() {
        cluster.runs(B);
        Instant before = cluster.time.instant();

        assertThat(refused(cluster.begin(B, ROOT), Code.ACTIVE_ON_TARGET).reason())
                .contains("web1", "hv-b");

        assertThat(Duration.between(before, cluster.time.instant())).isEqualTo(Deadlines.NORMAL.settle());
    }

    @Test
    void a_target_whose_inventory_lags_behind_a_migration_back_is_not_refused() {
        cluster.runs(A);
        cluster.runs(B);
        cluster.time.after(Duration.ofMillis(300), () -> {
            b.domains.clear();
            b.sends();
        });

        opened(cluster.begin(B, ROOT));
    }

    @Test
    void nobody_runs_it_when_every_host_says_so() {
        assertThat(cluster.begin(B, ROOT)).isInstanceOf(BeginOutcome.NobodyRunsIt.class);
        assertThat(cluster.controller.handovers().open()).isEmpty();
    }

    @Test
    void a_forgotten_host_leaves_nobody_in_doubt() {
        c.refusesConnections = true;
        c.loses("connection reset");
        refused(cluster.begin(B, ROOT), Code.HOSTS_UNKNOWN);

        cluster.controller.hosts().forget(C);
        a.sends();
        b.sends();

        assertThat(cluster.begin(B, ROOT)).isInstanceOf(BeginOutcome.NobodyRunsIt.class);
    }

    @Test
    void a_host_that_is_away_may_run_it_and_is_named() {
        c.loses("connection reset");

        assertThat(refused(cluster.begin(B, ROOT), Code.HOSTS_UNKNOWN).reason())
                .contains("hv-c (connection reset)", "systemctl status lockstep-agent");
    }

    @Test
    void a_host_whose_libvirt_is_busy_is_the_source_when_its_agent_keeps_the_claims() {
        a.claimants.add(WEB);
        a.hypervisorAnswers = false;
        a.sends();

        assertThat(opened(cluster.begin(B, ROOT)).handover().source()).isEqualTo(A);
    }

    /** Between the end of its prepare hook and its first process libvirt shows a domain as shut off. */
    @Test
    void a_host_that_looked_while_the_domain_was_starting_is_the_source_by_its_claims() {
        a.claimants.add(WEB);
        a.domains.put(WEB, OwnDomain.ABSENT);
        a.sends();

        assertThat(opened(cluster.begin(B, ROOT)).handover().source()).isEqualTo(A);
    }

    @Test
    void a_target_that_never_registered_may_be_anywhere() {
        FakeCluster empty = new FakeCluster();
        empty.host(A);
        empty.settled();

        assertThat(refused(empty.begin(B, ROOT), Code.HOSTS_UNKNOWN).reason()).contains("hv-b (it has not registered");
    }

    @Test
    void a_controller_that_lost_its_memory_does_not_say_nobody_before_all_had_time_to_register() {
        FakeCluster fresh = new FakeCluster();
        fresh.host(A);
        fresh.host(B);
        heartbeats(fresh);

        assertThat(refused(fresh.begin(B, ROOT), Code.HOSTS_UNKNOWN).reason()).contains("has just started");
        fresh.settled();
        assertThat(fresh.begin(B, ROOT)).isInstanceOf(BeginOutcome.NobodyRunsIt.class);
    }

    @Test
    void a_host_that_the_database_lacks_is_waited_for_after_a_start() {
        FakeCluster fresh = new FakeCluster();
        fresh.agent(A);
        fresh.agent(B);
        fresh.runs(C);
        fresh.controller.restore(
                List.of(FakeCluster.registration(A), FakeCluster.registration(B)), List.of(), Map.of(), List.of());
        heartbeats(fresh);
        fresh.time.after(Duration.ofSeconds(20), () -> {
            fresh.register(C);
            fresh.agent(C).sends();
        });

        assertThat(opened(fresh.begin(B, ROOT)).handover().source()).isEqualTo(C);
    }

    @Test
    void once_every_host_had_time_to_register_the_database_is_believed() {
        FakeCluster fresh = new FakeCluster();
        fresh.agent(A);
        fresh.agent(B);
        fresh.controller.restore(
                List.of(FakeCluster.registration(A), FakeCluster.registration(B)), List.of(), Map.of(), List.of());
        fresh.time.pass(FakeCluster.GATHERING.dividedBy(2));
        fresh.agents.values().forEach(FakeAgent::sends);

        assertThat(fresh.begin(B, ROOT)).isInstanceOf(BeginOutcome.NobodyRunsIt.class);
    }

    @Test
    void a_domain_without_claims_on_its_host_has_nothing_to_hand_over() {
        cluster.runs(A).onShare = (order, limit) -> new ShareAnswer.NotHere();

        assertThat(cluster.begin(B, ROOT)).isInstanceOf(BeginOutcome.NobodyRunsIt.class);
        assertThat(a.shares).hasSizeGreaterThan(1);
    }
}
