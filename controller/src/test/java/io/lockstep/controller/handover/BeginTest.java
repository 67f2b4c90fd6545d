package io.lockstep.controller.handover;

import static io.lockstep.controller.fake.Samples.A;
import static io.lockstep.controller.fake.Samples.B;
import static io.lockstep.controller.fake.Samples.C;
import static io.lockstep.controller.fake.Samples.DATA;
import static io.lockstep.controller.fake.Samples.ROOT;
import static io.lockstep.controller.fake.Samples.WEB;
import static io.lockstep.controller.fake.Samples.report;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.controller.fake.FakeAgent;
import io.lockstep.controller.fake.FakeCluster;
import io.lockstep.controller.handover.BeginOutcome.Code;
import io.lockstep.controller.host.CallLimit;
import io.lockstep.controller.host.Cancellation;
import io.lockstep.controller.host.ShareAnswer;
import io.lockstep.controller.host.SideReport;
import io.lockstep.controller.host.VolumeResult;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.HandoverPhase;
import io.lockstep.core.handover.Side;
import io.lockstep.core.handover.SideProgress;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LockResult;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BeginTest {

    private final FakeCluster cluster = new FakeCluster();
    private final FakeAgent a = cluster.host(A);
    private final FakeAgent b = cluster.host(B);
    private final FakeAgent c = cluster.host(C);

    BeginTest() {
        cluster.settled();
    }

    private BeginOutcome.Opened opened(BeginOutcome outcome) {
        assertThat(outcome).isInstanceOf(BeginOutcome.Opened.class);
        return (BeginOutcome.Opened) outcome;
    }

    private BeginOutcome.Refused refused(BeginOutcome outcome, Code code) {
        assertThat(outcome).isInstanceOf(BeginOutcome.Refused.class);
        BeginOutcome.Refused refused = (BeginOutcome.Refused) outcome;
        assertThat(refused.code()).isEqualTo(code);
        return refused;
    }

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

        assertThat(refused(fresh.begin(B, ROOT), Code.HOSTS_UNKNOWN).reason()).contains("has just started");
        fresh.settled();
        assertThat(fresh.begin(B, ROOT)).isInstanceOf(BeginOutcome.NobodyRunsIt.class);
    }

    @Test
    void a_domain_without_claims_on_its_host_has_nothing_to_hand_over() {
        cluster.runs(A).onShare = (order, limit) -> new ShareAnswer.NotHere();

        assertThat(cluster.begin(B, ROOT)).isInstanceOf(BeginOutcome.NobodyRunsIt.class);
        assertThat(a.shares).hasSizeGreaterThan(1);
    }

    @Test
    void a_refusal_names_the_volume_the_reason_and_the_way_out() {
        cluster.runs(A).onShare = (order, limit) -> new ShareAnswer.Refused(
                "refused",
                List.of(
                        new VolumeResult(ROOT, new LockResult.Granted(LockMode.SHARED)),
                        new VolumeResult(DATA, new LockResult.NotShareable("thin"))));

        BeginOutcome.Refused refused = refused(cluster.begin(B, ROOT, DATA), Code.SOURCE_REFUSED);

        assertThat(refused.reason())
                .contains("hv-a", "vg0/web1_data", "type thin", "Shut it down and start it on hv-b")
                .doesNotContain("web1_root");
        assertThat(refused.results()).hasSize(2);
        assertThat(cluster.controller.handovers().open()).isEmpty();
        assertThat(cluster.saved.values())
                .singleElement()
                .satisfies(h -> assertThat(h.phase()).isEqualTo(HandoverPhase.REVERTED));
    }

    @Test
    void a_refusal_without_results_still_has_its_reason() {
        cluster.runs(A).onShare =
                (order, limit) -> new ShareAnswer.Refused("the disk of the state file is full", List.of());

        assertThat(refused(cluster.begin(B, ROOT), Code.SOURCE_REFUSED).reason())
                .contains("the disk of the state file is full");
    }

    @Test
    void a_silent_source_may_have_shared_and_is_told_that_the_target_is_gone() {
        cluster.runs(A).onShare = (order, limit) -> {
            cluster.time.pass(Duration.between(cluster.time.instant(), limit.deadline()));
            return new ShareAnswer.Silent("no answer within the time for it");
        };
        Instant before = cluster.time.instant();

        assertThat(refused(cluster.begin(B, ROOT), Code.SOURCE_SILENT).reason())
                .contains("hv-a", "no answer within the time", "settles by itself");

        assertThat(Duration.between(before, cluster.time.instant())).isEqualTo(Duration.ofSeconds(25));
        HandoverId id = a.shares.getFirst().id();
        assertThat(a.wakes).containsExactly(new FakeAgent.Wake(id, SideProgress.GONE));
        assertThat(cluster.only().phase()).isEqualTo(HandoverPhase.REVERTING);

        a.handovers.put(id, report(id, 1, Side.SOURCE, SideProgress.HOLDS, 30));
        a.sends();
        assertThat(cluster.controller.handovers().open()).isEmpty();
    }

    @Test
    void a_silent_source_that_never_heard_of_it_is_found_out_by_its_inventory() {
        cluster.runs(A).onShare = (order, limit) -> new ShareAnswer.Silent("unreachable");
        refused(cluster.begin(B, ROOT), Code.SOURCE_SILENT);

        cluster.runFor(Duration.ofSeconds(8));
        assertThat(cluster.only().phase())
                .as("the share may still be on its way")
                .isEqualTo(HandoverPhase.REVERTING);
        cluster.runFor(Duration.ofSeconds(7));
        assertThat(cluster.controller.handovers().open()).isEmpty();
    }

    @Test
    void the_callers_own_deadline_counts_when_it_is_sooner() {
        cluster.runs(A).onShare = (order, limit) -> {
            cluster.time.pass(Duration.between(cluster.time.instant(), limit.deadline()));
            return new ShareAnswer.Silent("too late");
        };
        Instant before = cluster.time.instant();

        cluster.begin(B, Epoch.NONE, CallLimit.until(before.plusSeconds(7)), ROOT);

        assertThat(Duration.between(before, cluster.time.instant())).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void a_caller_that_went_while_the_source_shared_leaves_a_source_that_goes_back() {
        Cancellation gone = new Cancellation();
        cluster.runs(A).onShare = (order, limit) -> {
            gone.cancel();
            return new ShareAnswer.Shared(order.volumes());
        };

        BeginOutcome outcome = cluster.begin(
                B, Epoch.NONE, new CallLimit(cluster.time.instant().plusSeconds(60), gone), ROOT);

        assertThat(outcome).isInstanceOf(BeginOutcome.Abandoned.class);
        assertThat(a.wakes).extracting(FakeAgent.Wake::peer).containsExactly(SideProgress.GONE);
        assertThat(cluster.only().phase()).isEqualTo(HandoverPhase.REVERTING);
    }

    @Test
    void a_caller_that_went_while_it_waited_leaves_nothing() {
        cluster.runs(A);
        opened(cluster.begin(B, ROOT));
        Cancellation gone = new Cancellation();
        cluster.time.after(Duration.ofSeconds(3), gone::cancel);
        Instant before = cluster.time.instant();

        BeginOutcome outcome = cluster.begin(C, Epoch.NONE, new CallLimit(before.plusSeconds(60), gone), ROOT);

        assertThat(outcome).isInstanceOf(BeginOutcome.Abandoned.class);
        assertThat(cluster.time.instant()).isEqualTo(before.plusSeconds(3));
        assertThat(a.shares).hasSize(1);
    }

    // Epochs.

    static List<Arguments> epochs() {
        return List.of(
                Arguments.of("nobody has seen one", 0, 0, 0, 1),
                Arguments.of("the target has seen the highest", 7, 3, 1, 8),
                Arguments.of("the source has", 2, 9, 1, 10),
                Arguments.of("a third host has", 2, 3, 12, 13));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("epochs")
    void the_epoch_is_above_all_that_is_known(String name, long target, long source, long third, long expected) {
        a.epochs.put(WEB, new Epoch(source));
        c.epochs.put(WEB, new Epoch(third));
        c.sends();
        cluster.runs(A);

        Handover handover = opened(cluster.begin(
                        B,
                        new Epoch(target),
                        CallLimit.until(cluster.time.instant().plusSeconds(60)),
                        ROOT))
                .handover();

        assertThat(handover.epoch()).isEqualTo(new Epoch(expected));
    }

    @Test
    void an_epoch_from_the_database_counts() {
        cluster.controller.restore(List.of(), List.of(), java.util.Map.of(WEB, new Epoch(41)), List.of());
        cluster.runs(A);

        assertThat(opened(cluster.begin(B, ROOT)).handover().epoch()).isEqualTo(new Epoch(42));
    }

    @Test
    void a_stale_epoch_is_tried_again_above_the_one_that_the_source_names() {
        cluster.runs(A).onShare = (order, limit) -> order.epoch().value() <= 17
                ? new ShareAnswer.StaleEpoch(new Epoch(17))
                : new ShareAnswer.Shared(order.volumes());

        Handover handover = opened(cluster.begin(B, ROOT)).handover();

        assertThat(handover.epoch()).isEqualTo(new Epoch(18));
        assertThat(a.shares).hasSize(2);
        assertThat(a.shares).extracting(s -> s.id()).containsOnly(handover.id());
    }

    @Test
    void stale_epochs_are_not_tried_for_ever() {
        cluster.runs(A).onShare =
                (order, limit) -> new ShareAnswer.StaleEpoch(order.epoch().next());

        refused(cluster.begin(B, ROOT), Code.SOURCE_REFUSED);

        assertThat(a.shares).hasSize(5);
    }

    // One at a time.

    private void reports(FakeAgent agent, SideReport report) {
        agent.handovers.put(report.id(), report);
        cluster.controller.handovers().report(report);
    }

    @Test
    void a_second_begin_waits_until_the_first_handover_has_closed() {
        cluster.runs(A);
        HandoverId first = opened(cluster.begin(B, ROOT)).handover().id();
        cluster.time.after(Duration.ofSeconds(4), () -> {
            a.domains.clear();
            cluster.runs(B);
            a.sends();
            reports(a, report(first, 1, Side.SOURCE, SideProgress.GONE, 4));
        });
        cluster.time.after(
                Duration.ofSeconds(6), () -> reports(b, report(first, 1, Side.TARGET, SideProgress.HOLDS, 6)));
        Instant before = cluster.time.instant();

        Handover second = opened(cluster.begin(C, ROOT)).handover();

        assertThat(cluster.time.instant()).isEqualTo(before.plusSeconds(6));
        assertThat(second.source()).isEqualTo(B);
        assertThat(second.epoch()).isEqualTo(new Epoch(2));
    }

    @Test
    void a_second_begin_gives_up_in_time_and_names_the_handover() {
        cluster.runs(A);
        Handover first = opened(cluster.begin(B, ROOT)).handover();
        reports(b, report(first.id(), 1, Side.TARGET, SideProgress.SHARED, 1));
        heartbeats();
        Instant before = cluster.time.instant();

        BeginOutcome.Refused refused = refused(cluster.begin(C, ROOT), Code.HANDOVER_OPEN);

        assertThat(refused.reason()).contains(first.id().toString(), "hv-a", "hv-b", "SHARED");
        assertThat(cluster.time.instant())
                .as("the source's 25 of 55 seconds are kept")
                .isEqualTo(before.plusSeconds(30));
        assertThat(a.shares).hasSize(1);
    }

    private void heartbeats() {
        cluster.time.after(Duration.ofSeconds(5), () -> {
            a.handovers.putIfAbsent(
                    cluster.only().id(), report(cluster.only().id(), 1, Side.SOURCE, SideProgress.SHARED, 0));
            cluster.agents.values().forEach(FakeAgent::sends);
            heartbeats();
        });
    }

    @Test
    void a_begin_while_another_one_of_the_domain_is_being_answered_waits_for_it() {
        boolean[] nested = {false};
        cluster.runs(A).onShare = (order, limit) -> {
            if (!nested[0]) {
                nested[0] = true;
                assertThat(refused(cluster.begin(C, ROOT), Code.HANDOVER_OPEN).reason())
                        .contains("being opened");
            }
            return new ShareAnswer.Shared(order.volumes());
        };

        opened(cluster.begin(B, ROOT));

        assertThat(a.shares).hasSize(1);
    }

    @Test
    void a_handover_that_only_the_source_knows_is_learned_and_waited_for() {
        HandoverId other = new HandoverId(new UUID(9, 9));
        cluster.runs(A).onShare = (order, limit) -> order.epoch().value() > 6
                ? new ShareAnswer.Shared(order.volumes())
                : new ShareAnswer.AlreadyOpen(report(other, 5, Side.SOURCE, SideProgress.SHARED, 0));
        cluster.time.after(Duration.ofSeconds(2), () -> {
            reports(a, report(other, 5, Side.SOURCE, SideProgress.HOLDS, 2));
            reports(b, report(other, 5, Side.TARGET, SideProgress.GONE, 2));
            a.epochs.put(WEB, new Epoch(6));
            a.sends();
        });

        assertThat(opened(cluster.begin(B, ROOT)).handover().epoch()).isEqualTo(new Epoch(7));
        assertThat(cluster.controller.handovers().find(other)).isPresent();
    }

    @Test
    void a_host_that_burned_down_does_not_pin_its_guest_to_the_other_one() {
        cluster.runs(A);
        Handover first = opened(cluster.begin(B, ROOT)).handover();
        reports(b, report(first.id(), 1, Side.TARGET, SideProgress.HOLDS, 5));
        cluster.runs(B);
        a.refusesConnections = true;
        a.loses("no route to host");

        Handover second = opened(cluster.begin(C, ROOT)).handover();

        assertThat(second.source()).isEqualTo(B);
        assertThat(cluster.only().id()).isEqualTo(second.id());

        a.refusesConnections = false;
        a.domains.clear();
        a.handovers.put(first.id(), report(first.id(), 1, Side.SOURCE, SideProgress.SHARED, 9));
        cluster.runFor(Duration.ofSeconds(20));
        assertThat(cluster.controller.handovers().find(first.id()).flatMap(Handover::closedAt))
                .as("a late word does not open it again beside its successor")
                .isNotEqualTo(Optional.empty());
    }
}
