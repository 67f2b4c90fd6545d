package io.lockstep.cli.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.lockstep.cli.Ctl;
import io.lockstep.cli.fake.FakeAgent;
import io.lockstep.cli.fake.FakeCluster;
import io.lockstep.proto.v1.Domain;
import io.lockstep.proto.v1.Drift;
import io.lockstep.proto.v1.HandoverRef;
import io.lockstep.proto.v1.LockMode;
import io.lockstep.proto.v1.Lockspace;
import io.lockstep.proto.v1.SideProgress;
import io.lockstep.proto.v1.SideReport;
import io.lockstep.proto.v1.Volume;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HostsTest {

    private static final Volume DISK = FakeCluster.volume("vg0/web1", 1);
    private static final Domain WEB1 =
            FakeAgent.domain("web1", "6f9a1c9e-0001-4000-8000-000000000001", "running (booted)");

    private final FakeCluster cluster = new FakeCluster();
    private final Ctl ctl = Ctl.of(cluster);

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void hosts_are_listed_with_what_keeps_them_from_being_ready() {
        cluster.host("h1").runs(WEB1).holds(DISK, LockMode.LOCK_MODE_EXCLUSIVE);
        FakeAgent h2 =
                cluster.host("h2").drifts(Drift.newBuilder().setVolume(DISK).build());
        h2.inventory()
                .addProblems("lockspace vg0 is not started: vgchange --lock-start vg0")
                .setHypervisorAnswers(false)
                .setEnforcement("observe");

        Ctl.Run run = ctl.run("hosts");

        assertThat(run.out()).isEqualTo("""
                HOST  STATE      SEEN    DOMAINS  LOCKS  DRIFTS  PROBLEMS
                h1    connected  2s ago  1        1      0
                h2    connected  2s ago  0        0      1       lockspace vg0 is not started: vgchange --lock-start vg0; libvirt does not answer; enforcement is observe
                """);
        assertThat(run.err()).isEmpty();
        assertThat(run.exit()).isZero();
    }

    @Test
    void a_wide_list_tells_endpoint_version_and_lockspaces() {
        cluster.host("h1")
                .inventory()
                .addLockspaces(Lockspace.newBuilder().setVg("vg1").setState(Lockspace.State.STATE_NOT_STARTED));

        // The width of the column depends on the port of this run.
        assertThat(cluster.readable(ctl.run("hosts", "-o", "wide").out()).replaceAll(" {2,}", " | "))
                .isEqualTo("""
                HOST | STATE | SEEN | DOMAINS | LOCKS | DRIFTS | ENDPOINT | VERSION | LOCKSPACES | PROBLEMS
                h1 | connected | 2s ago | 0 | 0 | 0 | h1:7600 | 0.1.0 | vg0=LIVE,vg1=NOT_STARTED
                """);
    }

    @Test
    void a_host_whose_stream_is_lost_is_unknown_and_red_on_a_terminal() {
        cluster.host("h1");
        cluster.lose("h1", 300);

        assertThat(ctl.run("hosts").out()).isEqualTo("""
                HOST  STATE    SEEN    DOMAINS  LOCKS  DRIFTS  PROBLEMS
                h1    UNKNOWN  5m ago  0        0      0
                """);
        assertThat(ctl.onTerminal().run("hosts").out())
                .contains("h1    \u001b[31mUNKNOWN\u001b[0m  \u001b[31m5m ago\u001b[0m");
        assertThat(ctl.with("NO_COLOR", "1").run("hosts").out()).doesNotContain("\u001b");
    }

    @Test
    void a_cluster_without_hosts_is_a_message_and_no_result() {
        Ctl.Run run = ctl.run("hosts");

        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isEqualTo("no host has registered yet\n");
    }

    @Test
    void json_has_the_names_of_the_protocol_and_times_of_rfc_3339() {
        cluster.host("h1").holds(DISK, LockMode.LOCK_MODE_EXCLUSIVE);

        JsonObject host = JsonParser.parseString(ctl.run("hosts", "-o", "json").out())
                .getAsJsonObject()
                .getAsJsonArray("hosts")
                .get(0)
                .getAsJsonObject();

        assertThat(host.get("name").getAsString()).isEqualTo("h1");
        assertThat(host.get("state").getAsString()).isEqualTo("STATE_CONNECTED");
        assertThat(host.get("seen_at").getAsString()).isEqualTo("2025-06-01T11:59:58Z");
        assertThat(host.getAsJsonObject("inventory").get("hypervisor_answers").getAsBoolean())
                .isTrue();
        assertThat(host.getAsJsonObject("inventory")
                        .getAsJsonArray("locks")
                        .get(0)
                        .getAsJsonObject()
                        .get("mode")
                        .getAsString())
                .isEqualTo("LOCK_MODE_EXCLUSIVE");
    }

    @Test
    void one_agent_can_be_asked_without_any_controller() {
        cluster.host("h1").runs(WEB1);
        cluster.stop("controller");

        assertThat(ctl.run("hosts", "--agent", cluster.endpoint("h1")).out()).contains("h1    connected  2s ago  1");
    }

    @Test
    void domains_are_listed_with_their_volumes_and_open_handovers() {
        FakeAgent h1 = cluster.host("h1").runs(WEB1);
        h1.claims(WEB1, DISK, LockMode.LOCK_MODE_EXCLUSIVE)
                .claims(WEB1, FakeCluster.volume("vg0/iso", 2), LockMode.LOCK_MODE_SHARED)
                .claims(WEB1, FakeCluster.volume("vg0/log", 3), LockMode.LOCK_MODE_EXCLUSIVE);
        h1.inventory()
                .addHandovers(SideReport.newBuilder()
                        .setHandover(HandoverRef.newBuilder().setId("0f0f").setDomainUuid(WEB1.getUuid()))
                        .setPeer("h2")
                        .setProgress(SideProgress.SIDE_PROGRESS_SHARED));

        assertThat(ctl.run("domains").out()).isEqualTo("""
                DOMAIN  HOST  STATE             VOLUMES                                        NOTE
                web1    h1    running (booted)  vg0/web1 EXCLUSIVE, vg0/iso SHARED and 1 more  in handover 0f0f with h2
                """);
    }

    @Test
    void domains_that_share_a_name_are_told_apart_by_their_uuids() {
        cluster.host("h1").runs(WEB1);
        cluster.host("h2")
                .runs(FakeAgent.domain("web1", "6f9a1c9e-0002-4000-8000-000000000002", "paused (user)"))
                .runs(FakeAgent.domain("db", "6f9a1c9e-0003-4000-8000-000000000003", "running (booted)"));

        assertThat(ctl.run("domains").out()).isEqualTo("""
                DOMAIN                                       HOST  STATE             VOLUMES  NOTE
                db                                           h2    running (booted)
                web1 (6f9a1c9e-0001-4000-8000-000000000001)  h1    running (booted)
                web1 (6f9a1c9e-0002-4000-8000-000000000002)  h2    paused (user)
                """);
    }

    @Test
    void domains_of_an_unknown_host_are_marked_as_last_known() {
        cluster.host("h1").runs(WEB1);
        cluster.lose("h1", 7300);

        Ctl.Run run = ctl.run("domains");

        assertThat(run.out()).isEqualTo("""
                DOMAIN  HOST  STATE             VOLUMES  NOTE
                web1    h1    running (booted)           host unknown; last known 2h ago
                """);
        assertThat(run.err())
                .isEqualTo("unknown at the moment: h1; what is shown of them is the last known and proves nothing\n");
        assertThat(JsonParser.parseString(ctl.run("domains", "-o", "json").out())
                        .getAsJsonObject()
                        .getAsJsonArray("domains")
                        .get(0)
                        .getAsJsonObject()
                        .get("fresh")
                        .getAsBoolean())
                .isFalse();
    }

    @Test
    void what_a_terminal_would_act_on_never_reaches_it() {
        cluster.host("h1").runs(FakeAgent.domain("a\u001b[2Jb\nc\u202e", WEB1.getUuid(), "running (booted)"));

        assertThat(ctl.run("domains").out()).contains("a?[2Jb?c?");
    }
}
