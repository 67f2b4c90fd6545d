package io.lockstep.controller.handover;

import static io.lockstep.controller.fake.Samples.A;
import static io.lockstep.controller.fake.Samples.B;
import static io.lockstep.controller.fake.Samples.C;
import static io.lockstep.controller.fake.Samples.ROOT;
import static io.lockstep.controller.fake.Samples.WEB;
import static io.lockstep.controller.fake.Samples.report;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.controller.fake.FakeAgent;
import io.lockstep.controller.handover.BeginOutcome.Code;
import io.lockstep.controller.host.ShareAnswer;
import io.lockstep.controller.host.SideReport;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.Side;
import io.lockstep.core.handover.SideProgress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** One handover of a domain at a time: what waits for what, and for how long. */
class BeginInTurnTest extends BeginFixture {

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
