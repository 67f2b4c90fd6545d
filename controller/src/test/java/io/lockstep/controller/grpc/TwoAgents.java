package io.lockstep.controller.grpc;

import static io.lockstep.controller.fake.Samples.ROOT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Duration;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.v1.BeginRequest;
import io.lockstep.proto.v1.BeginResponse;
import io.lockstep.proto.v1.GetHandoverRequest;
import io.lockstep.proto.v1.Handover;
import io.lockstep.proto.v1.HandoverRef;
import io.lockstep.proto.v1.HandoverServiceGrpc;
import io.lockstep.proto.v1.Host;
import io.lockstep.proto.v1.HostServiceGrpc;
import io.lockstep.proto.v1.ListHostsRequest;
import io.lockstep.proto.v1.OwnDomain;
import io.lockstep.proto.v1.RegisterHostRequest;
import io.lockstep.proto.v1.Side;
import io.lockstep.proto.v1.SideProgress;
import io.lockstep.proto.v1.SideReport;
import java.io.IOException;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The whole service over real gRPC, with its database of a former life, and two agents that it knows. */
abstract class TwoAgents {

    final String domain = UUID.randomUUID().toString();
    final String suffix = domain.substring(0, 8);
    ManagedChannel channel;
    FakeAgentServer a;
    FakeAgentServer b;

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

    HostServiceGrpc.HostServiceBlockingStub hosts() {
        return HostServiceGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
    }

    HandoverServiceGrpc.HandoverServiceBlockingStub handovers() {
        return HandoverServiceGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
    }

    void register(FakeAgentServer agent) {
        assertThat(hosts().registerHost(RegisterHostRequest.newBuilder()
                                .setHost(agent.host)
                                .setEndpoint(agent.endpoint())
                                .setVersion("0.1")
                                .setBootId("boot-1")
                                .build())
                        .getRegisterAgainAfter())
                .isEqualTo(Duration.newBuilder().setNanos(100_000_000).build());
    }

    Host.State state(FakeAgentServer agent) {
        return host(agent.host).getState();
    }

    Host host(String name) {
        return hosts().listHosts(ListHostsRequest.getDefaultInstance()).getHostsList().stream()
                .filter(h -> h.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    BeginRequest request() {
        return BeginRequest.newBuilder()
                .setDomainUuid(domain)
                .setDomainName("web-" + suffix)
                .setTarget(b.host)
                .addVolumes(Protos.volume(ROOT))
                .build();
    }

    void running(FakeAgentServer agent) {
        agent.domains.put(domain, OwnDomain.OWN_DOMAIN_ACTIVE);
        await().until(() -> host(agent.host).getInventory().getDomainsList().stream()
                .anyMatch(d -> d.getUuid().equals(domain)));
    }

    HandoverRef opened() {
        running(a);
        BeginResponse response = handovers().begin(request());
        assertThat(response.getOutcomeCase()).isEqualTo(BeginResponse.OutcomeCase.OPENED);
        HandoverRef ref = response.getOpened().getHandover();
        says(a, ref, Side.SIDE_SOURCE, SideProgress.SIDE_PROGRESS_SHARED, "");
        says(b, ref, Side.SIDE_TARGET, SideProgress.SIDE_PROGRESS_SHARED, "");
        return ref;
    }

    SideReport says(FakeAgentServer agent, HandoverRef ref, Side side, SideProgress progress, String attention) {
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

    Handover shown(HandoverRef ref) {
        return handovers()
                .getHandover(GetHandoverRequest.newBuilder().setId(ref.getId()).build())
                .getHandover();
    }
}
