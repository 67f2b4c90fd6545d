package io.lockstep.controller.grpc;

import static io.lockstep.controller.fake.Samples.ROOT;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;

import grpc.health.v1.HealthGrpc;
import grpc.health.v1.HealthOuterClass.HealthCheckRequest;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.lockstep.controller.history.History;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.volume.LockResult;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.convert.ResultProtos;
import io.lockstep.proto.v1.Alarm;
import io.lockstep.proto.v1.BeginRefused;
import io.lockstep.proto.v1.BeginRequest;
import io.lockstep.proto.v1.BeginResponse;
import io.lockstep.proto.v1.CloseHandoverRequest;
import io.lockstep.proto.v1.CloseHandoverResponse;
import io.lockstep.proto.v1.ForgetHostRequest;
import io.lockstep.proto.v1.ForgetHostResponse;
import io.lockstep.proto.v1.GetHandoverRequest;
import io.lockstep.proto.v1.Handover;
import io.lockstep.proto.v1.HandoverEvent;
import io.lockstep.proto.v1.HandoverPhase;
import io.lockstep.proto.v1.HandoverRef;
import io.lockstep.proto.v1.HandoverServiceGrpc;
import io.lockstep.proto.v1.Host;
import io.lockstep.proto.v1.HostServiceGrpc;
import io.lockstep.proto.v1.ListAlarmsRequest;
import io.lockstep.proto.v1.ListHandoversRequest;
import io.lockstep.proto.v1.ListHostsRequest;
import io.lockstep.proto.v1.OwnDomain;
import io.lockstep.proto.v1.RegisterHostRequest;
import io.lockstep.proto.v1.ReportRequest;
import io.lockstep.proto.v1.ShareRefused;
import io.lockstep.proto.v1.ShareResponse;
import io.lockstep.proto.v1.Side;
import io.lockstep.proto.v1.SideProgress;
import io.lockstep.proto.v1.SideReport;
import io.lockstep.proto.v1.SuspendDomainRequest;
import io.lockstep.proto.v1.SuspendDomainResponse;
import io.lockstep.proto.v1.WakeRequest;
import io.lockstep.proto.v1.WatchHandoversRequest;
import io.lockstep.proto.v1.WatchHandoversResponse;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole service over real gRPC, with its database of a former life. */
@QuarkusTest
@WithTestResource(FormerLife.class)
class ControllerServiceTest {

    @Inject
    History history;

    private final String domain = UUID.randomUUID().toString();
    private final String suffix = domain.substring(0, 8);
    private ManagedChannel channel;
    private FakeAgentServer a;
    private FakeAgentServer b;

    @BeforeEach
    void connect() throws IOException {
        int port = ConfigProvider.getConfig().getValue("quarkus.http.test-port", Integer.class);
        if (port == 0) {
            port = io.restassured.RestAssured.port;
        }
        channel =
                NettyChannelBuilder.forAddress("localhost", port).usePlaintext().build();
        a = new FakeAgentServer("hv-a-" + suffix);
        b = new FakeAgentServer("hv-b-" + suffix);
        register(a);
        register(b);
        await().until(() -> state(a) == Host.State.STATE_CONNECTED && state(b) == Host.State.STATE_CONNECTED);
    }

    @AfterEach
    void disconnect() throws InterruptedException {
        a.close();
        b.close();
        channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }

    private HostServiceGrpc.HostServiceBlockingStub hosts() {
        return HostServiceGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
    }

    private HandoverServiceGrpc.HandoverServiceBlockingStub handovers() {
        return HandoverServiceGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
    }

    private void register(FakeAgentServer agent) {
        assertThat(hosts().registerHost(RegisterHostRequest.newBuilder()
                                .setHost(agent.host)
                                .setEndpoint(agent.endpoint())
                                .setVersion("0.1")
                                .setBootId("boot-1")
                                .build())
                        .getRegisterAgainAfter()
                        .getSeconds())
                .isEqualTo(30);
    }

    private Host.State state(FakeAgentServer agent) {
        return host(agent.host).getState();
    }

    private Host host(String name) {
        return hosts().listHosts(ListHostsRequest.getDefaultInstance()).getHostsList().stream()
                .filter(h -> h.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private BeginRequest request() {
        return BeginRequest.newBuilder()
                .setDomainUuid(domain)
                .setDomainName("web-" + suffix)
                .setTarget(b.host)
                .addVolumes(Protos.volume(ROOT))
                .build();
    }

    private void running(FakeAgentServer agent) {
        agent.domains.put(domain, OwnDomain.OWN_DOMAIN_ACTIVE);
        await().until(() -> host(agent.host).getInventory().getDomainsList().stream()
                .anyMatch(d -> d.getUuid().equals(domain)));
    }

    private HandoverRef opened() {
        running(a);
        BeginResponse response = handovers().begin(request());
        assertThat(response.getOutcomeCase()).isEqualTo(BeginResponse.OutcomeCase.OPENED);
        HandoverRef ref = response.getOpened().getHandover();
        says(a, ref, Side.SIDE_SOURCE, SideProgress.SIDE_PROGRESS_SHARED, "");
        says(b, ref, Side.SIDE_TARGET, SideProgress.SIDE_PROGRESS_SHARED, "");
        return ref;
    }

    private SideReport says(
            FakeAgentServer agent, HandoverRef ref, Side side, SideProgress progress, String attention) {
        SideReport report = SideReport.newBuilder()
                .setHandover(ref)
                .setDomainName("web-" + suffix)
                .setSide(side)
                .setHost(agent.host)
                .setPeer(agent == a ? b.host : a.host)
                .addVolumes(Protos.volume(ROOT))
                .setProgress(progress)
                .setOwn(OwnDomain.OWN_DOMAIN_ACTIVE)
                .setAttention(attention)
                .setOpenedAt(Protos.time(Instant.now()))
                .setReportedAt(Protos.time(Instant.now()))
                .build();
        agent.handovers.put(ref.getId(), report);
        return report;
    }

    private Handover shown(HandoverRef ref) {
        return handovers()
                .getHandover(GetHandoverRequest.newBuilder().setId(ref.getId()).build())
                .getHandover();
    }

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
    void a_host_that_goes_away_is_unknown_with_its_last_inventory() {
        running(a);
        a.close();

        await().until(() -> state(a) == Host.State.STATE_UNKNOWN);
        assertThat(host(a.host).getInventory().getDomainsList()).hasSize(1);
        given().when().get("/q/health/ready").then().statusCode(200).body(containsString(a.host));
    }

    @Test
    void a_host_that_is_gone_is_forgotten_and_no_restart_brings_it_back() {
        assertThat(forget(a.host)).isEqualTo(ForgetHostResponse.OutcomeCase.CONNECTED);
        assertThat(state(a)).isEqualTo(Host.State.STATE_CONNECTED);
        a.close();
        await().until(() -> state(a) == Host.State.STATE_UNKNOWN);

        assertThat(forget(a.host)).isEqualTo(ForgetHostResponse.OutcomeCase.FORGOTTEN);

        assertThat(hosts().listHosts(ListHostsRequest.getDefaultInstance()).getHostsList())
                .extracting(Host::getName)
                .contains(b.host)
                .doesNotContain(a.host);
        assertThat(forget(a.host)).isEqualTo(ForgetHostResponse.OutcomeCase.NOT_KNOWN);
        await().untilAsserted(() -> assertThat(history.load().hosts())
                .extracting(r -> r.host().value())
                .as("what a restart would find")
                .contains(b.host)
                .doesNotContain(a.host));
    }

    private ForgetHostResponse.OutcomeCase forget(String host) {
        return hosts().forgetHost(ForgetHostRequest.newBuilder().setHost(host).build())
                .getOutcomeCase();
    }

    @Test
    void an_agent_whose_inventory_makes_no_sense_is_unknown() {
        a.domains.put("no-uuid", OwnDomain.OWN_DOMAIN_ACTIVE);
        await().until(() -> state(a) == Host.State.STATE_UNKNOWN);

        a.domains.clear();
        await().until(() -> state(a) == Host.State.STATE_CONNECTED);
    }

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
    void a_silent_source_is_refused_within_its_share_of_the_time() {
        running(a);
        a.answersShares = false;

        BeginRefused refused = handovers().begin(request()).getRefused();

        assertThat(refused.getCode()).isEqualTo(BeginRefused.Code.CODE_SOURCE_SILENT);
        await().untilAsserted(() ->
                assertThat(a.wakes).extracting(WakeRequest::getPeerProgress).contains(SideProgress.SIDE_PROGRESS_GONE));
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

    @Test
    void what_makes_no_sense_is_refused_with_the_name_of_the_field() {
        assertThatThrownBy(() -> handovers()
                        .begin(request().toBuilder().setDomainUuid("web1").build()))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("INVALID_ARGUMENT: domain_uuid");
        assertThatThrownBy(() -> hosts().registerHost(RegisterHostRequest.newBuilder()
                        .setHost(a.host)
                        .setEndpoint("nowhere")
                        .build()))
                .hasMessageContaining("INVALID_ARGUMENT: endpoint: \"nowhere\" is not HOST:PORT");
        assertThatThrownBy(() -> forget("")).hasMessageContaining("INVALID_ARGUMENT: host");
        assertThatThrownBy(() -> shown(HandoverRef.newBuilder()
                        .setId(new HandoverId(UUID.randomUUID()).toString())
                        .build()))
                .hasMessageContaining("NOT_FOUND");
    }

    @Test
    void the_former_life_is_there_and_its_hosts_are_unknown() {
        Host former = host(FormerLife.GONE_HOST.value());
        assertThat(former.getState()).isEqualTo(Host.State.STATE_UNKNOWN);
        assertThat(former.hasInventory()).isFalse();
        Handover open = handovers()
                .listHandovers(
                        ListHandoversRequest.newBuilder().setDomain("web1").build())
                .getHandovers(0);
        assertThat(open).isEqualTo(HandoverMessages.handover(FormerLife.handover()));
        assertThat(open.getPhase()).isEqualTo(HandoverPhase.HANDOVER_PHASE_SHARED);
        assertThat(handovers()
                        .listAlarms(ListAlarmsRequest.getDefaultInstance())
                        .getAlarmsList())
                .contains(HandoverMessages.alarm(FormerLife.alarm()));
    }

    @Test
    void health_is_told_by_http_and_by_grpc() {
        given().when().get("/q/health/started").then().statusCode(200).body("status", equalTo("UP"));
        given().when().get("/q/health/live").then().statusCode(200).body("status", equalTo("UP"));
        given().when()
                .get("/q/health/ready")
                .then()
                .statusCode(200)
                .body("checks.find { it.name == 'controller' }.data.database", equalTo("ok"))
                .body("checks.find { it.name == 'controller' }.data.hosts-connected", greaterThanOrEqualTo(2))
                .body("checks.find { it.name == 'controller' }.data.hosts-unknown", greaterThanOrEqualTo(1))
                .body("checks.find { it.name == 'controller' }.data.open-handovers", greaterThanOrEqualTo(1))
                .body("checks.find { it.name == 'controller' }.data.unknown-hosts", containsString("hv-former"));
        assertThat(HealthGrpc.newBlockingStub(channel)
                        .check(HealthCheckRequest.getDefaultInstance())
                        .getStatus())
                .isEqualTo(HealthCheckResponse.ServingStatus.SERVING);
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
        public void onError(Throwable t) {}

        @Override
        public void onCompleted() {}
    }
}
