package io.lockstep.controller.grpc;

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
import io.grpc.StatusRuntimeException;
import io.lockstep.controller.history.History;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.proto.v1.ForgetHostRequest;
import io.lockstep.proto.v1.ForgetHostResponse;
import io.lockstep.proto.v1.Handover;
import io.lockstep.proto.v1.HandoverPhase;
import io.lockstep.proto.v1.HandoverRef;
import io.lockstep.proto.v1.Host;
import io.lockstep.proto.v1.ListAlarmsRequest;
import io.lockstep.proto.v1.ListHandoversRequest;
import io.lockstep.proto.v1.ListHostsRequest;
import io.lockstep.proto.v1.OwnDomain;
import io.lockstep.proto.v1.RegisterHostRequest;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Hosts, health, and what makes no sense. */
@QuarkusTest
@WithTestResource(FormerLife.class)
class ControllerServiceTest extends TwoAgents {

    @Inject
    History history;

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
}
