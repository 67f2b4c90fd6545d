package io.lockstep.controller.grpc;

import static io.lockstep.controller.fake.Samples.ROOT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Timestamp;
import io.grpc.Context;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.lockstep.core.volume.LockResult;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.convert.ResultProtos;
import io.lockstep.proto.v1.BeginRefused;
import io.lockstep.proto.v1.GetHandoverRequest;
import io.lockstep.proto.v1.Handover;
import io.lockstep.proto.v1.HandoverEvent;
import io.lockstep.proto.v1.HandoverPhase;
import io.lockstep.proto.v1.HandoverRef;
import io.lockstep.proto.v1.HandoverServiceGrpc;
import io.lockstep.proto.v1.ListHandoversRequest;
import io.lockstep.proto.v1.ReportRequest;
import io.lockstep.proto.v1.ShareRefused;
import io.lockstep.proto.v1.ShareResponse;
import io.lockstep.proto.v1.Side;
import io.lockstep.proto.v1.SideProgress;
import io.lockstep.proto.v1.SideReport;
import io.lockstep.proto.v1.WakeRequest;
import io.lockstep.proto.v1.WatchHandoversRequest;
import io.lockstep.proto.v1.WatchHandoversResponse;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Handovers from their begin to their end, over real gRPC. */
@QuarkusTest
@WithTestResource(FormerLife.class)
class HandoverServiceTest extends TwoAgents {

    @Test
    void a_handover_from_begin_to_committed_is_told_and_remembered() {
        List<HandoverPhase> seen = new CopyOnWriteArrayList<>();
        Context.CancellableContext watching = Context.ROOT.withCancellation();
        watching.run(() -> HandoverServiceGrpc.newStub(channel)
                .watchHandovers(
                        WatchHandoversRequest.newBuilder().setDomain(domain).build(),
                        new io.grpc.stub.StreamObserver<WatchHandoversResponse>() {
                            @Override
                            public void onNext(WatchHandoversResponse value) {
                                seen.add(value.getHandover().getPhase());
                            }

                            @Override
                            public void onError(Throwable t) {}

                            @Override
                            public void onCompleted() {}
                        }));
        HandoverRef ref = opened();
        assertThat(a.shares).singleElement().satisfies(s -> {
            assertThat(s.getHandover()).isEqualTo(ref);
            assertThat(s.getTarget()).isEqualTo(b.host);
            assertThat(s.getVolumesList()).containsExactly(Protos.volume(ROOT));
        });
        await().until(() -> shown(ref).getPhase() == HandoverPhase.HANDOVER_PHASE_SHARED);

        SideReport gone = says(a, ref, Side.SIDE_SOURCE, SideProgress.SIDE_PROGRESS_GONE, "");
        assertThat(handovers()
                        .report(ReportRequest.newBuilder().setReport(gone).build())
                        .getPeerProgress())
                .isEqualTo(SideProgress.SIDE_PROGRESS_SHARED);
        await().untilAsserted(() ->
                assertThat(b.wakes).extracting(WakeRequest::getPeerProgress).contains(SideProgress.SIDE_PROGRESS_GONE));
        says(b, ref, Side.SIDE_TARGET, SideProgress.SIDE_PROGRESS_HOLDS, "");
        await().until(() -> shown(ref).getPhase() == HandoverPhase.HANDOVER_PHASE_COMMITTED);

        assertThat(shown(ref).hasClosedAt()).isTrue();
        assertThat(handovers()
                        .getHandover(GetHandoverRequest.newBuilder()
                                .setId(ref.getId())
                                .build())
                        .getEventsList())
                .extracting(HandoverEvent::getText)
                .anyMatch(t -> t.startsWith("opened: "))
                .anyMatch(t -> t.startsWith("closed: the domain has moved to "));
        assertThat(handovers()
                        .listHandovers(ListHandoversRequest.newBuilder()
                                .setDomain("web-" + suffix)
                                .build())
                        .getHandoversList())
                .containsExactly(shown(ref));
        await().until(() -> seen.contains(HandoverPhase.HANDOVER_PHASE_SHARING)
                && seen.contains(HandoverPhase.HANDOVER_PHASE_SHARED)
                && seen.contains(HandoverPhase.HANDOVER_PHASE_COMMITTED));
        watching.cancel(null);
    }

    @Test
    void a_list_is_narrowed_by_each_filter_and_by_all_together() {
        HandoverRef ref = opened();
        await().until(() -> shown(ref).getPhase() == HandoverPhase.HANDOVER_PHASE_SHARED);
        ListHandoversRequest mine =
                ListHandoversRequest.newBuilder().setDomain(domain).build();
        Handover shown = shown(ref);

        assertThat(listed(mine.toBuilder()
                        .setOpenOnly(true)
                        .setHost(b.host)
                        .addPhases(HandoverPhase.HANDOVER_PHASE_SHARED)
                        .setSince(shown.getOpenedAt())
                        .setLimit(1)))
                .containsExactly(shown);
        assertThat(listed(mine.toBuilder().setHost("nobody"))).isEmpty();
        assertThat(listed(mine.toBuilder().addPhases(HandoverPhase.HANDOVER_PHASE_COMMITTED)))
                .isEmpty();
        assertThat(listed(mine.toBuilder()
                        .setSince(Timestamp.newBuilder()
                                .setSeconds(shown.getOpenedAt().getSeconds() + 3600))))
                .isEmpty();

        says(a, ref, Side.SIDE_SOURCE, SideProgress.SIDE_PROGRESS_HOLDS, "");
        says(b, ref, Side.SIDE_TARGET, SideProgress.SIDE_PROGRESS_GONE, "");
        await().until(() -> shown(ref).getPhase() == HandoverPhase.HANDOVER_PHASE_REVERTED);
        assertThat(listed(mine.toBuilder().setOpenOnly(true))).isEmpty();
        assertThat(listed(mine.toBuilder())).containsExactly(shown(ref));
    }

    private List<Handover> listed(ListHandoversRequest.Builder request) {
        return handovers().listHandovers(request.build()).getHandoversList();
    }

    @Test
    void a_refusal_reaches_the_target_with_its_results() {
        running(a);
        a.onShare = request -> ShareResponse.newBuilder()
                .setRefused(ShareRefused.newBuilder()
                        .setReason("not all volumes could be shared")
                        .addResults(ResultProtos.result(ROOT, new LockResult.NotShareable("thin"))))
                .build();

        BeginRefused refused = handovers().begin(request()).getRefused();

        assertThat(refused.getCode()).isEqualTo(BeginRefused.Code.CODE_SOURCE_REFUSED);
        assertThat(refused.getReason()).contains("vg0/web1_root", "thin", "Shut it down");
        assertThat(refused.getResultsList())
                .containsExactly(ResultProtos.result(ROOT, new LockResult.NotShareable("thin")));
    }

    @Test
    void a_cancelled_begin_cancels_the_share_and_tells_the_source() throws InterruptedException {
        running(a);
        a.answersShares = false;
        Context.CancellableContext caller = Context.ROOT.withCancellation();
        caller.run(() -> HandoverServiceGrpc.newStub(channel).begin(request(), new Ignoring<>()));
        await().until(() -> a.shares.size() == 1);

        caller.cancel(null);

        assertThat(a.shareCancelled.await(1500, TimeUnit.MILLISECONDS))
                .as("before the share's own 2.5 s")
                .isTrue();
        await().untilAsserted(() ->
                assertThat(a.wakes).extracting(WakeRequest::getPeerProgress).contains(SideProgress.SIDE_PROGRESS_GONE));
    }

    @Test
    void a_call_that_its_caller_gave_up_ends_no_other_call_of_the_connection() {
        running(a);
        a.answersShares = false;
        Stalled other = new Stalled();
        HandoverServiceGrpc.newStub(channel)
                .watchHandovers(
                        WatchHandoversRequest.newBuilder().setDomain(domain).build(), other);

        Context.CancellableContext caller = Context.ROOT.withCancellation();
        caller.run(() -> HandoverServiceGrpc.newStub(channel).begin(request(), new Ignoring<>()));
        await().until(() -> a.shares.size() == 1);
        caller.cancel(null);
        // Answers that may or may not be on their way when their callers give up.
        for (int i = 0; i < 200; i++) {
            HandoverServiceGrpc.newStub(channel)
                    .withDeadlineAfter(200 + 20L * i, TimeUnit.MICROSECONDS)
                    .listHandovers(ListHandoversRequest.getDefaultInstance(), new Ignoring<>());
        }
        await().untilAsserted(() ->
                assertThat(a.wakes).extracting(WakeRequest::getPeerProgress).contains(SideProgress.SIDE_PROGRESS_GONE));
        handovers().listHandovers(ListHandoversRequest.getDefaultInstance());

        assertThat(other.error).isNull();
        other.call.cancel("done", null);
    }

    @Test
    void a_silent_source_is_refused_within_its_share_of_the_time() {
        running(a);
        a.answersShares = false;

        BeginRefused refused = handovers().begin(request()).getRefused();

        assertThat(refused.getCode()).isEqualTo(BeginRefused.Code.CODE_SOURCE_SILENT);
        await().untilAsserted(() ->
                assertThat(a.wakes).extracting(WakeRequest::getPeerProgress).contains(SideProgress.SIDE_PROGRESS_GONE));
    }

    @Test
    void a_slow_watcher_holds_up_nobody() {
        Stalled stalled = new Stalled();
        HandoverServiceGrpc.newStub(channel)
                .watchHandovers(
                        WatchHandoversRequest.newBuilder().setDomain(domain).build(), stalled);
        HandoverRef ref = opened();
        for (int i = 0; i < 200; i++) {
            handovers()
                    .report(ReportRequest.newBuilder()
                            .setReport(
                                    says(b, ref, Side.SIDE_TARGET, SideProgress.SIDE_PROGRESS_SHARED, "attention " + i))
                            .build());
        }
        says(b, ref, Side.SIDE_TARGET, SideProgress.SIDE_PROGRESS_SHARED, "the last");
        await().until(() -> shown(ref).getAttentionList().contains(b.host + ": the last"));

        stalled.call.request(1000);
        await().until(() -> !stalled.seen.isEmpty()
                && stalled.seen.getLast().getAttentionList().contains(b.host + ": the last"));
        stalled.call.cancel("done", null);
    }

    private static final class Ignoring<T> implements io.grpc.stub.StreamObserver<T> {
        @Override
        public void onNext(T value) {}

        @Override
        public void onError(Throwable t) {}

        @Override
        public void onCompleted() {}
    }

    /** Takes one message, and no more until it is asked to. */
    private static final class Stalled
            implements ClientResponseObserver<WatchHandoversRequest, WatchHandoversResponse> {
        private final List<Handover> seen = new CopyOnWriteArrayList<>();
        private ClientCallStreamObserver<WatchHandoversRequest> call;
        private volatile Throwable error;

        @Override
        public void beforeStart(ClientCallStreamObserver<WatchHandoversRequest> stream) {
            call = stream;
            stream.disableAutoRequestWithInitial(1);
        }

        @Override
        public void onNext(WatchHandoversResponse value) {
            seen.add(value.getHandover());
        }

        @Override
        public void onError(Throwable t) {
            error = t;
        }

        @Override
        public void onCompleted() {}
    }
}
