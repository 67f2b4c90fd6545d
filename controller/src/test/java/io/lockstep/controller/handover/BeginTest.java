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
import io.lockstep.controller.handover.BeginOutcome.Code;
import io.lockstep.controller.host.CallLimit;
import io.lockstep.controller.host.Cancellation;
import io.lockstep.controller.host.ShareAnswer;
import io.lockstep.controller.host.VolumeResult;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the source answers, under which epoch it is asked, and callers that go away. */
class BeginTest extends BeginFixture {

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
}
