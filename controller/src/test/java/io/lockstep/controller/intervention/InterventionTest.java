package io.lockstep.controller.intervention;

import static io.lockstep.controller.fake.Samples.A;
import static io.lockstep.controller.fake.Samples.B;
import static io.lockstep.controller.fake.Samples.C;
import static io.lockstep.controller.fake.Samples.NAME;
import static io.lockstep.controller.fake.Samples.ROOT;
import static io.lockstep.controller.fake.Samples.WEB;
import static io.lockstep.controller.fake.Samples.report;
import static io.lockstep.core.domain.OwnDomain.ABSENT;
import static io.lockstep.core.domain.OwnDomain.ACTIVE;
import static io.lockstep.core.domain.OwnDomain.PAUSED_MIGRATING;
import static io.lockstep.core.domain.OwnDomain.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.controller.alarm.Alarm;
import io.lockstep.controller.fake.FakeAgent;
import io.lockstep.controller.fake.FakeCluster;
import io.lockstep.controller.fake.Samples;
import io.lockstep.core.handover.HandoverAlarms.Look;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.HandoverPhase;
import io.lockstep.core.handover.Side;
import io.lockstep.core.handover.SideProgress;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InterventionTest {

    private static final Asked ADA = new Asked("ada", "the host burned down");

    private final FakeCluster cluster = new FakeCluster();
    private final FakeAgent a = cluster.host(A);
    private final FakeAgent b = cluster.host(B);
    private HandoverId id;

    @BeforeEach
    void open() {
        cluster.host(C);
        cluster.settled();
        cluster.runs(A);
        cluster.begin(B, ROOT);
        id = cluster.only().id();
    }

    private Outcome close() {
        return cluster.controller.closing().close(id, ADA).orElseThrow();
    }

    private Outcome suspend() {
        return cluster.controller.suspending().suspend(WEB, NAME, A, ADA);
    }

    @Test
    void a_handover_whose_target_is_silent_stays_open_until_that_host_is_forgotten() {
        a.domains.clear();
        b.answersWakes = false;

        Outcome refused = close();

        assertThat(refused.refusals()).singleElement().asString().contains("lockstepctl forget hv-b");
        assertThat(cluster.controller.handovers().open()).hasSize(1);
        assertThat(cluster.history)
                .anySatisfy(
                        e -> assertThat(e)
                                .startsWith(
                                        "not closed, as asked for by ada (the host burned down): hv-b (target) does not answer"));

        b.loses("burned down");
        cluster.time.pass(FakeCluster.SILENT_AFTER.plusSeconds(1));
        cluster.controller.hosts().forget(B);
        Outcome closed = close();

        assertThat(closed.refusals()).isEmpty();
        assertThat(cluster.controller.handovers().open()).isEmpty();
        assertThat(cluster.history)
                .anySatisfy(e -> assertThat(e)
                        .isEqualTo("hv-b closed by hand by ada (the host burned down): this host was forgotten"));
    }

    @Test
    void a_side_on_which_it_is_open_still_needs_it() {
        a.handovers.put(id, report(id, 1, Side.SOURCE, SideProgress.SHARED, 5));

        assertThat(close().refusals()).singleElement().asString().startsWith("hv-a (source) still needs it");
        assertThat(cluster.controller.handovers().open()).hasSize(1);
    }

    @Test
    void one_that_no_side_knows_is_closed_by_what_both_show() {
        a.domains.clear();
        b.domains.put(WEB, ACTIVE);

        Outcome closed = close();

        assertThat(closed.done()).isTrue();
        assertThat(closed.seen()).containsExactly(new Look(A, ABSENT), new Look(B, ACTIVE));
        assertThat(cluster.controller.handovers().find(id))
                .hasValueSatisfying(h -> assertThat(h.phase()).isEqualTo(HandoverPhase.COMMITTED));
        assertThat(cluster.controller.closing().close(id, ADA))
                .as("it is closed already")
                .isEmpty();
    }

    @Test
    void a_side_that_needed_it_after_all_opens_it_again() {
        a.domains.clear();
        close();

        b.handovers.put(id, report(id, 1, Side.TARGET, SideProgress.ASKING, 5));
        b.sends();

        assertThat(cluster.controller.handovers().open()).hasSize(1);
    }

    @Test
    void one_of_two_guests_is_suspended() {
        b.domains.put(WEB, ACTIVE);
        b.sends();

        assertThat(suspend().done()).isTrue();

        assertThat(a.suspended).containsExactly("by ada (the host burned down)");
        assertThat(b.suspended).isEmpty();
        assertThat(cluster.history)
                .anySatisfy(e -> assertThat(e).startsWith("hv-a suspended by ada (the host burned down)"));
    }

    @Test
    void a_guest_that_runs_once_is_not() {
        assertThat(suspend().refusals()).singleElement().asString().contains("would stop the only one there is");
        b.domains.put(WEB, PAUSED_MIGRATING);
        b.sends();
        assertThat(suspend().refusals()).singleElement().asString().contains("would stop the only one there is");
        assertThat(a.suspended).isEmpty();
    }

    @Test
    void a_domain_is_found_by_its_name_or_uuid_where_it_is() {
        Suspending suspending = cluster.controller.suspending();

        assertThat(suspending.find(NAME, A)).contains(WEB);
        assertThat(suspending.find(WEB.toString(), A)).contains(WEB);
        assertThat(suspending.find(NAME, C)).isEmpty();
    }

    @Test
    void attention_shows_what_its_side_can_do() {
        cluster.controller
                .handovers()
                .report(Samples.attention(
                        report(id, 1, Side.SOURCE, SideProgress.SHARED, 5), "the migration does not end"));
        cluster.controller.look();

        assertThat(cluster.controller.alarms().list()).singleElement().satisfies(alarm -> {
            assertThat(alarm.seen()).contains(new Look(A, UNKNOWN));
            assertThat(alarm.choices())
                    .singleElement()
                    .satisfies(c -> assertThat(c.command()).isEqualTo("lockstepctl handover " + id));
        });
    }

    @Test
    void an_alarm_shows_what_was_seen_and_what_can_be_done() {
        b.domains.put(WEB, ACTIVE);
        a.domains.put(WEB, PAUSED_MIGRATING);
        cluster.controller.look();

        Alarm alarm = cluster.controller.alarms().list().getFirst();

        assertThat(alarm.seen()).containsExactly(new Look(A, PAUSED_MIGRATING), new Look(B, ACTIVE));
        assertThat(alarm.choices()).singleElement().satisfies(c -> {
            assertThat(c.on()).contains(A);
            assertThat(c.command()).isEqualTo("virsh destroy web1");
        });
    }
}
