package io.lockstep.cli.handover;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.lockstep.cli.Ctl;
import io.lockstep.cli.fake.FakeCluster;
import io.lockstep.proto.v1.Alarm;
import io.lockstep.proto.v1.GetHandoverResponse;
import io.lockstep.proto.v1.Handover;
import io.lockstep.proto.v1.HandoverEvent;
import io.lockstep.proto.v1.HandoverPhase;
import io.lockstep.proto.v1.HandoverRef;
import io.lockstep.proto.v1.SideProgress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HandoversTest {

    private static final String DOMAIN = "6f9a1c9e-0001-4000-8000-000000000001";
    private static final String FIRST = "0f0f0f0f-0000-4000-8000-000000000001";
    private static final String SECOND = "0f0fabcd-0000-4000-8000-000000000002";

    private final FakeCluster cluster = new FakeCluster();
    private final Ctl ctl = Ctl.of(cluster);

    @AfterEach
    void close() {
        cluster.close();
    }

    private static Handover.Builder handover(String id, String domain, long openedSecondsAgo) {
        return Handover.newBuilder()
                .setRef(HandoverRef.newBuilder().setId(id).setDomainUuid(DOMAIN).setEpoch(7))
                .setDomainName(domain)
                .setSource("h1")
                .setTarget("h2")
                .addVolumes(FakeCluster.volume("vg0/web1", 1))
                .setPhase(HandoverPhase.HANDOVER_PHASE_SHARED)
                .setSourceProgress(SideProgress.SIDE_PROGRESS_SHARED)
                .setTargetProgress(SideProgress.SIDE_PROGRESS_SHARED)
                .setOpenedAt(FakeCluster.ago(openedSecondsAgo));
    }

    private static Handover.Builder closed(String id, String domain, long openedSecondsAgo) {
        return handover(id, domain, openedSecondsAgo)
                .setPhase(HandoverPhase.HANDOVER_PHASE_COMMITTED)
                .setSourceProgress(SideProgress.SIDE_PROGRESS_GONE)
                .setTargetProgress(SideProgress.SIDE_PROGRESS_HOLDS)
                .setClosedAt(FakeCluster.ago(openedSecondsAgo - 12));
    }

    @Test
    void handovers_are_listed_with_phase_duration_and_attention() {
        cluster.opens(handover(FIRST, "web1", 150)
                .addAttention("h2: the incoming migration does not end")
                .build());
        cluster.opens(closed(SECOND, "db", 7300).build());

        Ctl.Run run = ctl.run("handovers");

        assertThat(run.out()).isEqualTo("""
                ID        DOMAIN  FROM -> TO  PHASE      OPENED  TOOK  ATTENTION
                0f0f0f0f  web1    h1 -> h2    SHARED     2m ago  open  h2: the incoming migration does not end
                0f0fabcd  db      h1 -> h2    COMMITTED  2h ago  12s
                """);
        assertThat(run.exit()).isZero();
    }

    @Test
    void a_wide_list_tells_both_sides() {
        cluster.opens(closed(SECOND, "db", 7300).build());

        assertThat(ctl.run("handovers", "-o", "wide").out()).isEqualTo("""
                ID                                    DOMAIN  FROM -> TO  PHASE      OPENED  TOOK  SOURCE  TARGET  EPOCH  VOLUMES   ATTENTION
                0f0fabcd-0000-4000-8000-000000000002  db      h1 -> h2    COMMITTED  2h ago  12s   GONE    HOLDS   7      vg0/web1
                """);
    }

    @Test
    void a_list_can_be_narrowed_to_open_ones_one_domain_or_the_last_hours() {
        cluster.opens(handover(FIRST, "web1", 150).build());
        cluster.opens(closed(SECOND, "db", 7300).build());

        assertThat(ctl.run("handovers", "--open").out()).contains("web1").doesNotContain("db");
        assertThat(ctl.run("handovers", "--domain", "db").out()).contains("db").doesNotContain("web1");
        assertThat(ctl.run("handovers", "--since", "1h").out()).contains("web1").doesNotContain("db");
        assertThat(ctl.run("handovers", "--limit", "1").err())
                .isEqualTo("these are the latest 1; there may be more: --limit\n");
        assertThat(ctl.run("handovers", "--limit", "0").exit()).isEqualTo(2);
        assertThat(ctl.run("handovers", "--domain", "nosuch").err()).isEqualTo("no handover\n");
    }

    @Test
    void domains_that_share_a_name_are_told_apart_by_their_uuids() {
        cluster.opens(handover(FIRST, "web1", 150).build());
        Handover.Builder other = closed(SECOND, "web1", 7300);
        other.getRefBuilder().setDomainUuid("6f9a1c9e-0002-4000-8000-000000000002");
        cluster.opens(other.build());

        assertThat(ctl.run("handovers", "--domain", "web1").out())
                .contains("web1 (" + DOMAIN + ")")
                .contains("web1 (6f9a1c9e-0002-4000-8000-000000000002)");
    }

    @Test
    void a_time_that_is_none_is_refused_with_an_example() {
        Ctl.Run run = ctl.run("handovers", "--since", "yesterday");

        assertThat(run.err())
                .startsWith("lockstepctl: \"yesterday\" is not a time: write for example 2h, 2026-11-01 (UTC)");
        assertThat(run.exit()).isEqualTo(2);
    }

    @Test
    void a_watch_prints_a_line_for_each_change_and_fails_when_the_controller_ends_it() {
        cluster.opens(handover(FIRST, "web1", 2).build());
        cluster.changes(
                handover(FIRST, "web1", 2).addAttention("left over on h1").build());
        cluster.changes(closed(FIRST, "web1", 20).build());

        Ctl.Run run = ctl.run("handovers", "--watch");

        assertThat(run.out()).isEqualTo("""
                2025-06-01T12:00:00Z 0f0f0f0f web1 h1 -> h2 SHARED
                2025-06-01T12:00:00Z 0f0f0f0f web1 h1 -> h2 SHARED: left over on h1
                2025-06-01T12:00:00Z 0f0f0f0f web1 h1 -> h2 COMMITTED
                """);
        assertThat(run.err())
                .isEqualTo("lockstepctl: the controller ended the watch; start it again to see what happened since\n");
        assertThat(run.exit()).isEqualTo(3);
    }

    @Test
    void a_watch_of_open_handovers_shows_how_they_close_but_not_the_old_ones() {
        cluster.opens(closed(SECOND, "db", 7300).build());
        cluster.opens(handover(FIRST, "web1", 2).build());
        cluster.changes(closed(FIRST, "web1", 20).build());

        assertThat(ctl.run("handovers", "--watch", "--open").out())
                .contains("web1 h1 -> h2 SHARED")
                .contains("web1 h1 -> h2 COMMITTED")
                .doesNotContain("db");
    }

    @Test
    void a_watch_in_json_is_one_object_a_line() {
        cluster.opens(handover(FIRST, "web1", 2).build());
        cluster.changes(closed(FIRST, "web1", 20).build());

        List<String> phases = ctl.run("handovers", "--watch", "-o", "json")
                .out()
                .lines()
                .map(l ->
                        JsonParser.parseString(l).getAsJsonObject().get("phase").getAsString())
                .toList();

        assertThat(phases).containsExactly("HANDOVER_PHASE_SHARED", "HANDOVER_PHASE_COMMITTED");
    }

    @Test
    void one_handover_is_shown_with_its_timeline() {
        record();

        Ctl.Run run = ctl.run("handover", FIRST);

        assertThat(run.out()).isEqualTo("""
                handover 0f0f0f0f-0000-4000-8000-000000000001, epoch 7
                domain   web1 (6f9a1c9e-0001-4000-8000-000000000001)
                volumes  vg0/web1
                source   h1: GONE
                target   h2: HOLDS
                phase    COMMITTED
                opened   10m ago (2025-06-01T11:50:00Z)
                closed   9m ago (2025-06-01T11:50:12Z)

                AFTER   HOST        WHAT
                +0.0s   controller  opened
                +1.5s   h1          shares vg0/web1
                +12.0s  h2          holds vg0/web1 EXCLUSIVE
                """);
        assertThat(run.exit()).isZero();
    }

    private void record() {
        cluster.records(GetHandoverResponse.newBuilder()
                .setHandover(closed(FIRST, "web1", 600))
                .addEvents(
                        HandoverEvent.newBuilder().setAt(FakeCluster.ago(600)).setText("opened"))
                .addEvents(HandoverEvent.newBuilder()
                        .setAt(FakeCluster.ago(599).toBuilder().setNanos(500_000_000))
                        .setHost("h1")
                        .setText("shares vg0/web1"))
                .addEvents(HandoverEvent.newBuilder()
                        .setAt(FakeCluster.ago(588))
                        .setHost("h2")
                        .setText("holds vg0/web1 EXCLUSIVE"))
                .build());
    }

    @Test
    void the_first_characters_of_an_id_suffice_while_they_are_unique() {
        record();

        assertThat(ctl.run("handover", "0F0F").out()).startsWith("handover " + FIRST);

        cluster.opens(closed(SECOND, "db", 7300).build());
        Ctl.Run run = ctl.run("handover", "0f0f");

        assertThat(run.err())
                .isEqualTo("lockstepctl: 2 handovers begin with \"0f0f\": " + FIRST + ", " + SECOND + "\n");
        assertThat(run.exit()).isEqualTo(2);
    }

    @Test
    void a_handover_that_there_is_not_is_a_no() {
        assertThat(ctl.run("handover", "77").err())
                .isEqualTo("lockstepctl: no handover's id begins with \"77\": lockstepctl handovers lists them\n");
        assertThat(ctl.run("handover", SECOND).exit()).isEqualTo(1);
    }

    @Test
    void json_of_a_handover_is_the_protocols_answer() {
        record();

        JsonObject json = JsonParser.parseString(
                        ctl.run("handover", FIRST, "-o", "json").out())
                .getAsJsonObject();

        assertThat(json.getAsJsonObject("handover")
                        .getAsJsonObject("ref")
                        .get("epoch")
                        .getAsString())
                .isEqualTo("7");
        assertThat(json.getAsJsonArray("events")).hasSize(3);
    }

    @Test
    void standing_alarms_are_a_no() {
        cluster.alarm(Alarm.newBuilder()
                .setKind(Alarm.Kind.KIND_DOUBLE_RUN)
                .setDomainUuid(DOMAIN)
                .setDomainName("web1")
                .addHosts("h1")
                .addHosts("h2")
                .setSince(FakeCluster.ago(30))
                .setText(
                        "the guest runs on h2 and on h1: both may write. Decide which one to keep and destroy the other")
                .build());

        Ctl.Run run = ctl.run("alarms");

        assertThat(run.out()).isEqualTo("""
                ALARM       DOMAIN  HOSTS   SINCE    WHAT TO DO
                DOUBLE_RUN  web1    h1, h2  30s ago  the guest runs on h2 and on h1: both may write. Decide which one to keep and destroy the other
                """);
        assertThat(run.exit()).isEqualTo(1);
        assertThat(ctl.run("alarms", "-o", "json").out()).contains("\"kind\": \"KIND_DOUBLE_RUN\"");
    }

    @Test
    void no_alarm_means_little_for_a_host_that_is_unknown() {
        cluster.host("h1");
        cluster.lose("h1", 60);

        assertThat(ctl.run("alarms").err())
                .isEqualTo("no alarm\nunknown at the moment: h1; what goes on there raises no alarm\n");
        assertThat(ctl.run("alarms", "-o", "json").out()).contains("\"unknown_hosts\": [\n    \"h1\"");
    }

    @Test
    void no_alarm_is_a_yes() {
        Ctl.Run run = ctl.run("alarms");

        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isEqualTo("no alarm\n");
        assertThat(run.exit()).isZero();
    }
}
