package io.lockstep.cli.disk;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.lockstep.cli.Ctl;
import io.lockstep.cli.fake.FakeAgent;
import io.lockstep.cli.fake.FakeCluster;
import io.lockstep.proto.v1.Domain;
import io.lockstep.proto.v1.LockMode;
import io.lockstep.proto.v1.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DisksTest {

    private static final Volume X = FakeCluster.volume("vg0/x", 1);
    private static final Domain WEB =
            FakeAgent.domain("web", "6f9a1c9e-0001-4000-8000-000000000001", "running (booted)");

    @TempDir
    Path directory;

    private final FakeCluster cluster = new FakeCluster();
    private final Ctl ctl = Ctl.of(cluster);
    private FakeAgent h1;
    private FakeAgent h2;

    @BeforeEach
    void two_hosts() {
        h1 = cluster.host("h1");
        h2 = cluster.host("h2").runs(WEB);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void a_disk_is_attached_by_the_agent_of_the_host_that_runs_the_domain() {
        Ctl.Run run =
                ctl.run("attach-disk", "web", "vg0/x", "--target", "vdb", "--reason", "more room", "--persistent");

        assertThat(run.out()).isEqualTo("""
                DOMAIN  HOST  DISK  RESULT
                web     h2    vdb   attached; vg0/x EXCLUSIVE
                """);
        assertThat(run.exit()).isZero();
        assertThat(h2.requests()).containsExactly("attach by ada: more room, persistent");
        assertThat(h1.requests()).isEmpty();
    }

    @Test
    void a_domain_is_found_by_its_uuid_and_on_a_single_agent_without_a_controller() {
        assertThat(ctl.run("attach-disk", WEB.getUuid(), "vg0/x", "--target", "vdb", "--shareable")
                        .out())
                .contains("attached; vg0/x SHARED");
        assertThat(Ctl.alone()
                        .run("attach-disk", "web", "vg0/y", "--target", "vdc", "--agent", cluster.endpoint("h2"))
                        .exit())
                .isZero();
    }

    @Test
    void a_volume_that_another_host_holds_is_refused() {
        h1.holds(X, LockMode.LOCK_MODE_EXCLUSIVE);

        Ctl.Run run = ctl.run("attach-disk", "web", "vg0/x", "--target", "vdb");

        assertThat(run.out()).contains("refused: vg0/x: locked by another host (host_id 1)");
        assertThat(run.err()).isEqualTo("who holds it, and what to do: lockstepctl why vg0/x\n");
        assertThat(run.exit()).isEqualTo(1);
    }

    @Test
    void a_domain_that_no_host_or_more_than_one_runs_is_refused_before_an_agent_is_asked() {
        assertThat(ctl.run("attach-disk", "nobody", "vg0/x", "--target", "vdb").err())
                .startsWith("lockstepctl: no host runs domain nobody; a domain that is shut off");
        h1.runs(WEB);

        Ctl.Run run = ctl.run("attach-disk", "web", "vg0/x", "--target", "vdb");

        assertThat(run.err()).contains("domain web is active on several hosts", "on h1", "on h2", "--host");
        assertThat(run.exit()).isEqualTo(1);
        assertThat(h1.requests()).isEmpty();
        assertThat(ctl.run("attach-disk", "web", "vg0/x", "--target", "vdb", "--host", "h1")
                        .exit())
                .isZero();
    }

    @Test
    void a_host_that_is_named_is_asked_although_its_inventory_does_not_list_the_domain() {
        Ctl.Run run = ctl.run("attach-disk", "web", "vg0/x", "--target", "vdb", "--host", "h1");

        assertThat(run.out()).isEqualTo("""
                DOMAIN  HOST  DISK  RESULT
                web     h1    -     refused: domain web does not run on this host
                """);
        assertThat(run.exit()).isEqualTo(1);
    }

    @Test
    void a_whole_element_says_all_of_the_disk() throws IOException {
        Path xml = Files.writeString(directory.resolve("disk.xml"), "<disk/>\n");

        ctl.run("attach-disk", "web", "--xml", xml.toString());

        assertThat(h2.requests()).containsExactly("attach by ada: , <disk/>");
        assertThat(ctl.run("attach-disk", "web", "vg0/x", "--xml", xml.toString())
                        .err())
                .startsWith("lockstepctl: --xml says all of the disk");
        assertThat(ctl.run("attach-disk", "web", "--xml", "/nowhere").exit()).isEqualTo(2);
    }

    @Test
    void what_is_written_wrongly_asks_nobody() {
        assertThat(ctl.run("attach-disk", "web", "vg0/x").err())
                .startsWith("lockstepctl: say which disk: VG/LV and --target");
        assertThat(ctl.run("attach-disk", "web", "vdb", "--target", "vdb").exit())
                .isEqualTo(2);
        assertThat(ctl.run("detach-disk", "web", "vg0//x").exit()).isEqualTo(2);
        assertThat(ctl.run("detach-disk", "web", "vdb", "--wait", "11m").exit()).isEqualTo(2);
        assertThat(h2.requests()).isEmpty();
    }

    @Test
    void a_disk_is_detached_by_its_target_or_its_volume() {
        h2.has("vdb", X).has("vdc", FakeCluster.volume("vg0/y", 2));

        assertThat(ctl.run("detach-disk", "web", "vdb").out()).isEqualTo("""
                DOMAIN  HOST  DISK  RESULT
                web     h2    vdb   detached; vg0/x released
                """);
        assertThat(ctl.run("detach-disk", "web", "vg0/y", "--wait", "2m").out())
                .contains("vdc   detached; vg0/y released");
        assertThat(h2.requests()).containsExactly("detach by ada: , wait 30", "detach by ada: , wait 120");
        assertThat(ctl.run("detach-disk", "web", "vdb").exit()).isEqualTo(1);
    }

    @Test
    void a_guest_that_keeps_its_disk_is_neither_success_nor_refusal() {
        h2.has("vdb", X).guestsKeepDisks();

        Ctl.Run run = ctl.run("detach-disk", "web", "vdb");

        assertThat(run.out()).contains("requested, the guest has not released it yet; the lock stays");
        assertThat(run.exit()).isEqualTo(4);
    }

    @Test
    void the_result_is_the_protocols_message_for_programs() {
        JsonObject json = JsonParser.parseString(ctl.run("attach-disk", "web", "vg0/x", "--target", "vdb", "-o", "json")
                        .out())
                .getAsJsonObject();

        assertThat(json.get("outcome").getAsString()).isEqualTo("DISK_OUTCOME_DONE");
        assertThat(json.get("host").getAsString()).isEqualTo("h2");
        assertThat(json.getAsJsonArray("locks")).hasSize(1);
    }

    @Test
    void an_agent_that_does_not_answer_may_have_done_it() {
        cluster.stop("h2");

        assertThat(ctl.run("attach-disk", "web", "vg0/x", "--target", "vdb").exit())
                .isEqualTo(3);
    }
}
