package io.lockstep.controller.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.StatusRuntimeException;
import io.lockstep.proto.v1.Alarm;
import io.lockstep.proto.v1.CloseHandoverRequest;
import io.lockstep.proto.v1.CloseHandoverResponse;
import io.lockstep.proto.v1.GetHandoverRequest;
import io.lockstep.proto.v1.HandoverRef;
import io.lockstep.proto.v1.ListAlarmsRequest;
import io.lockstep.proto.v1.Side;
import io.lockstep.proto.v1.SideProgress;
import io.lockstep.proto.v1.SuspendDomainRequest;
import io.lockstep.proto.v1.SuspendDomainResponse;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Alarms, and what a person does about them, over real gRPC. */
@QuarkusTest
@WithTestResource(FormerLife.class)
class InterventionServiceTest extends TwoAgents {

    @Test
    void a_handover_is_closed_by_hand_only_when_no_side_needs_it() {
        HandoverRef ref = opened();
        CloseHandoverRequest close = CloseHandoverRequest.newBuilder()
                .setId(ref.getId())
                .setReason("by a test")
                .setRequestedBy("ada")
                .build();

        CloseHandoverResponse refused = handovers().closeHandover(close);
        assertThat(refused.getRefused().getReasonsList())
                .hasSize(2)
                .anySatisfy(r -> assertThat(r).startsWith(a.host + " (source) still needs it"));
        assertThat(refused.getSeenList()).hasSize(2);

        a.handovers.clear();
        b.handovers.clear();
        CloseHandoverResponse closed = handovers().closeHandover(close);

        assertThat(closed.hasClosed()).as(closed.toString()).isTrue();
        assertThat(handovers()
                        .getHandover(GetHandoverRequest.newBuilder()
                                .setId(ref.getId())
                                .build())
                        .getEventsList())
                .anySatisfy(e -> assertThat(e.getText()).startsWith("closed by hand by ada (by a test)"));
        assertThatThrownBy(() -> handovers().closeHandover(close))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("is not open here");
    }

    @Test
    void a_guest_is_suspended_only_when_it_runs_twice() {
        running(a);
        SuspendDomainRequest suspend = SuspendDomainRequest.newBuilder()
                .setDomain(domain)
                .setHost(a.host)
                .setReason("by a test")
                .setRequestedBy("ada")
                .build();

        assertThat(handovers().suspendDomain(suspend).getRefused().getReasons(0))
                .contains("would stop the only one there is");
        assertThat(a.suspends).isEmpty();

        running(b);
        SuspendDomainResponse suspended = handovers().suspendDomain(suspend);

        assertThat(suspended.hasSuspended()).as(suspended.toString()).isTrue();
        assertThat(a.suspends).singleElement().satisfies(s -> {
            assertThat(s.getDomainUuid()).isEqualTo(domain);
            assertThat(s.getReason()).isEqualTo("by ada (by a test)");
        });
        assertThat(b.suspends).isEmpty();
        assertThatThrownBy(() -> handovers()
                        .suspendDomain(suspend.toBuilder().setDomain("nosuch").build()))
                .hasMessageContaining("shows no domain nosuch");
    }

    @Test
    void a_double_run_is_an_alarm_until_it_is_over() {
        running(a);
        running(b);

        await().untilAsserted(() -> assertThat(alarms()).singleElement().satisfies(alarm -> {
            assertThat(alarm.getKind()).isEqualTo(Alarm.Kind.KIND_DOUBLE_RUN);
            assertThat(alarm.getHostsList()).containsExactly(a.host, b.host);
            assertThat(alarm.getText()).contains("virsh destroy");
        }));
        b.domains.remove(domain);
        await().until(() -> alarms().isEmpty());
    }

    private List<Alarm> alarms() {
        return handovers().listAlarms(ListAlarmsRequest.getDefaultInstance()).getAlarmsList().stream()
                .filter(alarm -> alarm.getDomainUuid().equals(domain))
                .toList();
    }

    @Test
    void a_sides_attention_is_an_alarm_and_shown() {
        HandoverRef ref = opened();
        says(b, ref, Side.SIDE_TARGET, SideProgress.SIDE_PROGRESS_SHARED, "it does not end");

        await().until(() -> alarms().stream().anyMatch(x -> x.getKind() == Alarm.Kind.KIND_ATTENTION));
        assertThat(shown(ref).getAttentionList()).containsExactly(b.host + ": it does not end");
    }
}
