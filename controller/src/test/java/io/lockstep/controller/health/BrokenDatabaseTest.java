package io.lockstep.controller.health;

import static io.lockstep.controller.fake.Samples.A;
import static io.lockstep.controller.fake.Samples.B;
import static io.lockstep.controller.fake.Samples.report;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import io.lockstep.controller.handover.Handovers;
import io.lockstep.controller.host.Endpoint;
import io.lockstep.controller.host.Hosts;
import io.lockstep.controller.host.Registration;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.Side;
import io.lockstep.core.handover.SideProgress;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** A database that cannot be opened, and then can. */
@QuarkusTest
@TestProfile(BrokenDatabaseTest.NoDirectory.class)
class BrokenDatabaseTest {

    public static class NoDirectory implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            try {
                // A file stands where the directory should be.
                Path file = Files.createTempFile(
                        Files.createDirectories(Path.of("target", "broken")), "not-a", "directory");
                return Map.of("lockstep.data-dir", file.toAbsolutePath().toString(), "lockstep.tick-every", "0.2s");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Inject
    Hosts hosts;

    @Inject
    Handovers handovers;

    @ConfigProperty(name = "lockstep.data-dir")
    Path data;

    @Test
    void the_controller_works_from_memory_is_not_ready_and_catches_up() throws IOException {
        given().when().get("/q/health/started").then().statusCode(200);
        given().when().get("/q/health/live").then().statusCode(200);
        given().when()
                .get("/q/health/ready")
                .then()
                .statusCode(503)
                .body("checks.find { it.name == 'controller' }.data.database", startsWith("it cannot be opened: "));

        HandoverId id = new HandoverId(UUID.randomUUID());
        hosts.register(new Registration(A, Endpoint.of("localhost:1"), "0.1", "boot-1"));
        handovers.report(report(id, 4, Side.SOURCE, SideProgress.SHARED, 1));
        handovers.report(report(id, 4, Side.TARGET, SideProgress.SHARED, 1));
        assertThat(handovers.find(id)).isPresent();
        assertThat(hosts.view(B)).isEmpty();

        Files.delete(data);
        await().untilAsserted(() -> given().when()
                .get("/q/health/ready")
                .then()
                .statusCode(200)
                .body("checks.find { it.name == 'controller' }.data.history-entries-waiting", equalTo(0)));
        assertThat(Files.exists(data.resolve("history.mv.db"))).isTrue();
    }
}
