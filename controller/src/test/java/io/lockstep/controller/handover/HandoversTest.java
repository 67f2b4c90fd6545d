package io.lockstep.controller.handover;

import static io.lockstep.controller.fake.Samples.A;
import static io.lockstep.controller.fake.Samples.B;
import static io.lockstep.controller.fake.Samples.C;
import static io.lockstep.controller.fake.Samples.ROOT;
import static io.lockstep.controller.fake.Samples.WEB;
import static io.lockstep.controller.fake.Samples.report;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.controller.fake.FakeAgent;
import io.lockstep.controller.fake.FakeAgent.Wake;
import io.lockstep.controller.fake.FakeCluster;
import io.lockstep.controller.handover.HandoverArchive.Told;
import io.lockstep.controller.host.Inventory;
import io.lockstep.controller.host.SideReport;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.HandoverPhase;
import io.lockstep.core.handover.Side;
import io.lockstep.core.handover.SideProgress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Open handovers: what is heard of them, and who is woken. */
class HandoversTest {

    private static final HandoverId ID = new HandoverId(new UUID(7, 7));

    private final FakeCluster cluster = new FakeCluster();
    private final FakeAgent a = cluster.host(A);
    private final FakeAgent b = cluster.host(B);

    private HandoverId open() {
        cluster.settled();
        cluster.runs(A);
        BeginOutcome outcome = cluster.begin(B, ROOT);
        HandoverId id = ((BeginOutcome.Opened) outcome).handover().id();
        a.handovers.put(id, report(id, 1, Side.SOURCE, SideProgress.SHARED, 0));
        b.handovers.put(id, report(id, 1, Side.TARGET, SideProgress.SHARING, 0));
        return id;
    }

    private void says(FakeAgent agent, SideReport report) {
        agent.handovers.put(report.id(), report);
        cluster.controller.handovers().report(report);
    }

    @Test
    void a_migration_from_end_to_end() {
        HandoverId id = open();
        says(b, report(id, 1, Side.TARGET, SideProgress.SHARED, 1));
        assertThat(cluster.only().phase()).isEqualTo(HandoverPhase.SHARED);
        says(a, report(id, 1, Side.SOURCE, SideProgress.RELEASING, 20));
        assertThat(cluster.only().phase()).isEqualTo(HandoverPhase.COMMITTING);
        assertThat(b.wakes).contains(new Wake(id, SideProgress.RELEASING));
        says(a, report(id, 1, Side.SOURCE, SideProgress.GONE, 21));
        assertThat(b.wakes).contains(new Wake(id, SideProgress.GONE));
        says(b, report(id, 1, Side.TARGET, SideProgress.HOLDS, 22));

        assertThat(cluster.controller.handovers().open()).isEmpty();
        assertThat(cluster.history).contains("closed: the domain has moved to hv-b");
        assertThat(cluster.controller.handovers().told(id))
                .get()
                .satisfies(t -> assertThat(t.events()).hasSizeGreaterThan(5));
    }

    @Test
    void an_inventory_says_the_same_as_a_report() {
        HandoverId id = open();
        b.handovers.put(id, report(id, 1, Side.TARGET, SideProgress.SHARED, 1));
        b.sends();

        assertThat(cluster.only().phase()).isEqualTo(HandoverPhase.SHARED);
    }

    @Test
    void a_late_inventory_does_not_take_a_report_back() {
        HandoverId id = open();
        Inventory late = b.inventory();
        says(b, report(id, 1, Side.TARGET, SideProgress.SHARED, 2));
        b.sends(late);

        assertThat(cluster.only().phase()).isEqualTo(HandoverPhase.SHARED);
    }

    @Test
    void a_report_that_comes_twice_is_one_event() {
        HandoverId id = open();
        says(b, report(id, 1, Side.TARGET, SideProgress.SHARED, 2));
        int events = cluster.history.size();
        says(b, report(id, 1, Side.TARGET, SideProgress.SHARED, 2));
        says(b, report(id, 1, Side.TARGET, SideProgress.SHARED, 3));

        assertThat(cluster.history).hasSize(events);
    }

    @Test
    void a_side_is_woken_again_until_it_has_closed() {
        HandoverId id = open();
        says(a, report(id, 1, Side.SOURCE, SideProgress.GONE, 5));
        int first = b.wakes.size();
        cluster.runFor(Duration.ofSeconds(60));
        int again = b.wakes.size() - first;
        assertThat(again).as("with back-off").isBetween(4, 12);

        b.domains.put(WEB, OwnDomain.ACTIVE);
        says(b, report(id, 1, Side.TARGET, SideProgress.HOLDS, 70));
        int last = b.wakes.size();
        cluster.runFor(Duration.ofSeconds(60));
        assertThat(b.wakes).hasSize(last);
    }

    @Test
    void while_both_share_nobody_is_woken_over_and_over() {
        HandoverId id = open();
        says(b, report(id, 1, Side.TARGET, SideProgress.SHARED, 1));
        int before = a.wakes.size() + b.wakes.size();
        cluster.runFor(Duration.ofMinutes(10));

        assertThat(a.wakes.size() + b.wakes.size()).isEqualTo(before);
    }

    @Test
    void a_wake_that_was_not_answered_is_repeated() {
        HandoverId id = open();
        assertThat(b.wakes).as("its own call has told it").isEmpty();
        a.answersWakes = false;
        says(b, report(id, 1, Side.TARGET, SideProgress.SHARED, 1));
        assertThat(a.wakes).containsExactly(new Wake(id, SideProgress.SHARED));
        a.answersWakes = true;
        cluster.runFor(Duration.ofSeconds(5));

        assertThat(a.wakes).hasSize(2);
    }

    @Test
    void the_answer_to_a_wake_is_a_report() {
        HandoverId id = open();
        b.handovers.put(id, report(id, 1, Side.TARGET, SideProgress.HOLDS, 9));
        cluster.controller.handovers().report(report(id, 1, Side.SOURCE, SideProgress.GONE, 8));

        assertThat(cluster.controller.handovers().open()).isEmpty();
    }

    @Test
    void a_target_that_never_took_part_counts_as_gone_and_the_source_is_told() {
        HandoverId id = open();
        b.handovers.clear();
        cluster.runFor(Duration.ofSeconds(9));
        assertThat(cluster.only().phase()).isEqualTo(HandoverPhase.SHARING);
        cluster.runFor(Duration.ofSeconds(6));

        assertThat(cluster.only().phase()).isEqualTo(HandoverPhase.REVERTING);
        assertThat(a.wakes).contains(new Wake(id, SideProgress.GONE));
    }

    @Test
    void a_target_whose_stream_is_lost_does_not_count_as_gone() {
        open();
        b.handovers.clear();
        b.refusesConnections = true;
        b.loses("connection reset");
        cluster.runFor(Duration.ofMinutes(10));

        assertThat(cluster.only().targetSide().basis()).isEqualTo(SideView.Basis.NOTHING);
    }

    @Test
    void a_controller_without_a_memory_learns_open_handovers_from_either_side() {
        a.handovers.put(ID, report(ID, 12, Side.SOURCE, SideProgress.GONE, 30));
        b.handovers.put(ID, report(ID, 12, Side.TARGET, SideProgress.ASKING, 31));
        cluster.controller = cluster.controller();
        cluster.register(A);
        cluster.register(B);

        Handover learned = cluster.only();
        assertThat(learned.id()).isEqualTo(ID);
        assertThat(learned.epoch()).isEqualTo(new Epoch(12));
        assertThat(learned.source()).isEqualTo(A);
        assertThat(learned.target()).isEqualTo(B);
        assertThat(learned.volumes()).containsExactly(ROOT);
        a.sends();
        assertThat(cluster.only().phase()).isEqualTo(HandoverPhase.COMMITTING);
        assertThat(b.wakes).contains(new Wake(ID, SideProgress.GONE));
        assertThat(cluster.controller.handovers().highestEpoch(WEB)).isEqualTo(new Epoch(12));
    }

    @Test
    void a_closed_handover_of_former_times_is_not_learned() {
        a.handovers.put(ID, report(ID, 12, Side.SOURCE, SideProgress.GONE, 30));
        a.sends();

        assertThat(cluster.controller.handovers().open()).isEmpty();
        assertThat(cluster.history).isEmpty();
    }

    @Test
    void what_was_learned_meanwhile_is_fresher_than_the_database() {
        HandoverId id = open();
        Handover stored = cluster.only();
        says(b, report(id, 1, Side.TARGET, SideProgress.SHARED, 1));
        cluster.controller.restore(List.of(), List.of(new Told(stored, List.of())), Map.of(), List.of());

        assertThat(cluster.only().phase()).isEqualTo(HandoverPhase.SHARED);
    }

    @Test
    void a_restored_handover_is_followed_to_its_end() {
        HandoverId id = open();
        Handover stored = cluster.only();
        a.handovers.clear();
        a.domains.clear();
        a.claimants.clear();
        b.handovers.clear();
        b.domains.put(WEB, OwnDomain.ACTIVE);
        cluster.controller = cluster.controller();
        cluster.controller.restore(
                cluster.registrations, List.of(new Told(stored, List.of())), Map.of(WEB, stored.epoch()), List.of());
        cluster.runFor(Duration.ofSeconds(20));

        assertThat(cluster.controller.handovers().find(id))
                .get()
                .satisfies(h -> assertThat(h.phase()).isEqualTo(HandoverPhase.COMMITTED));
    }

    @Test
    void a_host_of_another_handover_changes_nothing() {
        open();
        Handover before = cluster.only();
        cluster.host(C);
        cluster.runFor(Duration.ofSeconds(9));

        assertThat(cluster.only().sourceSide().sameWords(before.sourceSide())).isTrue();
    }
}
