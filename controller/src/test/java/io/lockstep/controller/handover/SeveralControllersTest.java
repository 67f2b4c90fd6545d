package io.lockstep.controller.handover;

import static io.lockstep.controller.fake.Samples.A;
import static io.lockstep.controller.fake.Samples.B;
import static io.lockstep.controller.fake.Samples.C;
import static io.lockstep.controller.fake.Samples.HOST_TIME;
import static io.lockstep.controller.fake.Samples.NAME;
import static io.lockstep.controller.fake.Samples.ROOT;
import static io.lockstep.controller.fake.Samples.WEB;
import static io.lockstep.controller.fake.Samples.report;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.controller.fake.FakeAgent;
import io.lockstep.controller.fake.FakeCluster;
import io.lockstep.controller.handover.HandoverArchive.Told;
import io.lockstep.controller.host.CallLimit;
import io.lockstep.controller.host.HostView;
import io.lockstep.controller.host.ShareAnswer;
import io.lockstep.controller.host.SideReport;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.HandoverPhase;
import io.lockstep.core.handover.Side;
import io.lockstep.core.handover.SideProgress;
import io.lockstep.core.handover.SideStep;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Two controllers with the same agents: what the one knows and the other does not. */
class SeveralControllersTest {

    private static final HandoverId ID = new HandoverId(new UUID(9, 9));

    private final FakeCluster cluster = new FakeCluster();
    private final FakeAgent a = cluster.host(A);

    SeveralControllersTest() {
        cluster.host(B);
        cluster.settled();
    }

    /** As a target asks: with an id that is the same each time. */
    private BeginOutcome begins() {
        return cluster.controller
                .begin()
                .begin(
                        new BeginOrder(WEB, NAME, B, List.of(ROOT), Epoch.NONE, Optional.of(ID)),
                        CallLimit.until(cluster.time.instant().plusSeconds(60)));
    }

    private Handover opened(BeginOutcome outcome) {
        assertThat(outcome).isInstanceOf(BeginOutcome.Opened.class);
        return ((BeginOutcome.Opened) outcome).handover();
    }

    /** The first one is gone; the agents are at another one, with or without its memory. */
    private void anotherController() {
        cluster.controller = cluster.controller();
        cluster.register(A);
        cluster.register(B);
        cluster.settled();
    }

    @Test
    void a_begin_has_the_id_that_its_target_made_up() {
        cluster.runs(A);
        assertThat(opened(begins()).id()).isEqualTo(ID);
        assertThat(a.shares).singleElement().satisfies(s -> assertThat(s.id()).isEqualTo(ID));
    }

    @Test
    void a_begin_that_is_repeated_at_another_controller_is_the_same_handover_under_the_epoch_of_its_source() {
        cluster.runs(A);
        Handover first = opened(begins());
        a.onShare = (order, limit) -> new ShareAnswer.Shared(order.volumes(), first.epoch());
        a.epochs.put(WEB, new Epoch(7));

        anotherController();
        Handover second = opened(begins());

        assertThat(second.id()).isEqualTo(first.id());
        assertThat(second.epoch()).isEqualTo(first.epoch());
        assertThat(cluster.only().id()).isEqualTo(ID);
    }

    @Test
    void it_is_not_in_its_own_way_when_the_other_controller_has_learned_of_it() {
        cluster.runs(A);
        Handover first = opened(begins());
        a.handovers.put(ID, report(ID, first.epoch().value(), Side.SOURCE, SideProgress.SHARED, 1));

        anotherController();
        assertThat(cluster.only().id()).isEqualTo(ID);
        Instant before = cluster.time.instant();

        assertThat(opened(begins()).epoch()).isEqualTo(first.epoch());
        assertThat(cluster.time.instant()).as("without waiting").isEqualTo(before);
    }

    @Test
    void a_target_that_asks_again_takes_part_although_its_first_call_was_cut_off() {
        cluster.runs(A);
        opened(begins());
        cluster.controller.handovers().conclude(ID, Side.TARGET, SideProgress.GONE, "its call ended");
        assertThat(cluster.only().phase()).isEqualTo(HandoverPhase.REVERTING);

        assertThat(opened(begins()).phase()).isEqualTo(HandoverPhase.SHARING);
        assertThat(cluster.controller.handovers().open()).hasSize(1);
    }

    @Test
    void an_open_handover_of_another_target_is_in_the_way_whatever_its_id() {
        cluster.host(C);
        cluster.runs(A);
        opened(begins());

        BeginOutcome other = cluster.controller
                .begin()
                .begin(
                        new BeginOrder(WEB, NAME, C, List.of(ROOT), Epoch.NONE, Optional.of(ID)),
                        CallLimit.until(cluster.time.instant().plusSeconds(60)));

        assertThat(other).isInstanceOf(BeginOutcome.Refused.class);
    }

    @Test
    void whoever_puts_together_what_two_controllers_know_gets_the_same() {
        Handover none = Handover.rebuilt(report(ID, 3, Side.SOURCE, SideProgress.SHARED, 1), HOST_TIME);
        Instant now = HOST_TIME.plusSeconds(60);
        Handover source = none.heard(report(ID, 3, Side.SOURCE, SideProgress.GONE, 9), now, true)
                .after();
        Handover target = none.heard(report(ID, 3, Side.TARGET, SideProgress.HOLDS, 8), now, true)
                .after();
        Handover concluded = none.concluded(Side.TARGET, SideProgress.GONE, "never took part", now)
                .after();

        assertThat(source.merged(target, now).sameRow(target.merged(source, now)))
                .isTrue();
        assertThat(source.merged(target, now).phase()).isEqualTo(HandoverPhase.COMMITTED);
        assertThat(source.merged(target, now).closedAt()).contains(now);
        assertThat(concluded.merged(target, now).targetSide().progress())
                .as("a side's own word counts more than a conclusion")
                .isEqualTo(SideProgress.HOLDS);
        assertThat(source.merged(source, now)).isEqualTo(source);
    }

    @Test
    void what_another_controller_has_written_is_learned_from_the_database() {
        cluster.runs(A);
        Handover open = opened(begins());
        Handover closed = open.heard(
                        report(ID, open.epoch().value(), Side.SOURCE, SideProgress.GONE, 9), HOST_TIME, true)
                .after()
                .heard(report(ID, open.epoch().value(), Side.TARGET, SideProgress.HOLDS, 9), HOST_TIME, true)
                .after();

        cluster.controller.compare(List.of(), Map.of(), List.of(new Told(closed, List.of())));

        assertThat(cluster.controller.handovers().open()).isEmpty();
    }

    @Test
    void a_host_that_was_forgotten_at_another_controller_is_forgotten_here_unless_it_is_connected() {
        a.loses("the network is gone");
        a.refusesConnections = true;
        cluster.runFor(Duration.ofSeconds(30));
        Instant forgotten = cluster.time.instant();

        cluster.controller.compare(List.of(), Map.of(A, forgotten, B, forgotten), List.of());

        assertThat(hosts()).containsExactly(B);
        a.refusesConnections = false;
        cluster.register(A);
        assertThat(hosts()).as("it registered again").containsExactly(A, B);
        cluster.controller.compare(List.of(), Map.of(A, forgotten), List.of());
        assertThat(hosts()).as("an old forgetting is over").containsExactly(A, B);
    }

    private List<HostName> hosts() {
        return cluster.controller.hosts().view().stream().map(HostView::name).toList();
    }

    @Test
    void a_report_after_lost_ones_tells_every_step_with_its_time_and_none_twice() {
        SideStep shared = step(1, SideProgress.SHARED, OwnDomain.ACTIVE);
        SideStep outgoing = step(2, SideProgress.SHARED, OwnDomain.OUTGOING);
        SideStep gone = step(9, SideProgress.GONE, OwnDomain.ABSENT);
        cluster.controller.handovers().report(steps(2, shared, outgoing));
        cluster.controller.handovers().report(steps(2, shared, outgoing));
        cluster.controller.handovers().report(steps(10, shared, outgoing, gone));

        List<HandoverEvent> events =
                cluster.controller.handovers().told(ID).orElseThrow().events();
        assertThat(events)
                .filteredOn(e -> e.seenAt().isPresent())
                .extracting(HandoverEvent::text)
                .containsExactly(
                        "holds its volumes SHARED",
                        "sees the domain active",
                        "sees the domain migrating out",
                        "closed: holds nothing for this domain",
                        "sees the domain absent");
        assertThat(events.getLast().seenAt()).contains(HOST_TIME.plusSeconds(9));
    }

    private static SideStep step(int second, SideProgress progress, OwnDomain own) {
        return new SideStep(HOST_TIME.plusSeconds(second), progress, own, "");
    }

    private static SideReport steps(int second, SideStep... steps) {
        SideStep last = steps[steps.length - 1];
        SideReport plain = report(ID, 3, Side.SOURCE, last.progress(), second);
        return new SideReport(
                plain.id(),
                plain.epoch(),
                plain.domain(),
                plain.domainName(),
                plain.side(),
                plain.host(),
                plain.peer(),
                plain.volumes(),
                last.progress(),
                last.own(),
                "",
                plain.openedAt(),
                plain.reportedAt(),
                List.of(steps));
    }
}
