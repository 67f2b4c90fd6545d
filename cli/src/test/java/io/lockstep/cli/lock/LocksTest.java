package io.lockstep.cli.lock;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.lockstep.cli.Ctl;
import io.lockstep.cli.fake.FakeAgent;
import io.lockstep.cli.fake.FakeCluster;
import io.lockstep.proto.v1.Domain;
import io.lockstep.proto.v1.Drift;
import io.lockstep.proto.v1.LockMode;
import io.lockstep.proto.v1.Lockspace;
import io.lockstep.proto.v1.Volume;
import io.lockstep.proto.v1.VolumeLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LocksTest {

    private static final Volume WEB = FakeCluster.volume("vg0/web1", 1);
    private static final Volume NEW = FakeCluster.volume("vg0/new", 2);
    private static final Domain WEB1 =
            FakeAgent.domain("web1", "6f9a1c9e-0001-4000-8000-000000000001", "running (booted)");

    private final FakeCluster cluster = new FakeCluster();
    private final Ctl ctl = Ctl.of(cluster);

    @BeforeEach
    void two_hosts() {
        cluster.host("h1")
                .runs(WEB1)
                .claims(WEB1, WEB, LockMode.LOCK_MODE_EXCLUSIVE)
                .holds(VolumeLock.newBuilder()
                        .setVolume(WEB)
                        .setMode(LockMode.LOCK_MODE_EXCLUSIVE)
                        .setActive(true)
                        .setOpen(true)
                        .setSince(FakeCluster.ago(7300))
                        .build());
        cluster.host("h2")
                .holds(VolumeLock.newBuilder()
                        .setVolume(NEW)
                        .setMode(LockMode.LOCK_MODE_EXCLUSIVE)
                        .setActive(true)
                        .build())
                .drifts(Drift.newBuilder()
                        .setKind(Drift.Kind.KIND_FOREIGN)
                        .setVolume(NEW)
                        .build());
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void locks_are_listed_by_volume_with_the_domains_that_claim_them() {
        Ctl.Run run = ctl.run("locks");

        assertThat(run.out()).isEqualTo("""
                VOLUME    HOST  MODE       SINCE   DOMAIN  NOTE
                vg0/new   h2    EXCLUSIVE  -               FOREIGN
                vg0/web1  h1    EXCLUSIVE  2h ago  web1
                """);
        assertThat(run.exit()).isZero();
    }

    @Test
    void a_wide_list_tells_whether_the_volume_is_active_and_open() {
        assertThat(ctl.run("locks", "vg0/web1", "-o", "wide").out()).isEqualTo("""
                VOLUME    HOST  MODE       SINCE   DOMAIN  ACTIVE  OPEN  UUID                                    NOTE
                vg0/web1  h1    EXCLUSIVE  2h ago  web1    yes     yes   AAAAAA-BBBB-CCCC-DDDD-EEEE-FFFF-000001
                """);
    }

    @Test
    void a_group_a_volume_or_a_host_narrows_the_list() {
        assertThat(ctl.run("locks", "vg0/new").out()).contains("vg0/new").doesNotContain("web1");
        assertThat(ctl.run("locks", "--host", "h1").out()).contains("vg0/web1").doesNotContain("vg0/new");
        assertThat(ctl.run("locks", "vg0/nosuch").err()).isEqualTo("no volume is locked or active\n");
    }

    @Test
    void a_group_that_no_host_sees_is_named() {
        Ctl.Run run = ctl.run("locks", "vg1");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("lockstepctl: no host sees a shared volume group \"vg1\": there is vg0\n");
    }

    @Test
    void locks_of_an_unknown_host_and_of_a_dead_lockspace_are_marked_as_proving_nothing() {
        cluster.agent("h1")
                .inventory()
                .setLockspaces(
                        0,
                        Lockspace.newBuilder()
                                .setVg("vg0")
                                .setState(Lockspace.State.STATE_LOST)
                                .setReason("renewal failed 90 s ago"));
        cluster.lose("h2", 600);

        Ctl.Run run = ctl.run("locks");

        assertThat(run.out()).isEqualTo("""
                VOLUME    HOST  MODE       SINCE   DOMAIN  NOTE
                vg0/new   h2    EXCLUSIVE  -               host unknown; last known 10m ago; FOREIGN
                vg0/web1  h1    EXCLUSIVE  2h ago  web1    lockspace LOST: renewal failed 90 s ago
                """);
        assertThat(run.err())
                .isEqualTo("unknown at the moment: h2; what is shown of them is the last known and proves nothing\n");
    }

    @Test
    void json_says_of_each_lock_whether_it_is_fresh() {
        cluster.lose("h2", 600);

        JsonObject json =
                JsonParser.parseString(ctl.run("locks", "-o", "json").out()).getAsJsonObject();

        JsonObject first = json.getAsJsonArray("locks").get(0).getAsJsonObject();
        assertThat(first.get("host").getAsString()).isEqualTo("h2");
        assertThat(first.get("fresh").getAsBoolean()).isFalse();
        assertThat(first.getAsJsonObject("lock")
                        .getAsJsonObject("volume")
                        .get("lv")
                        .getAsString())
                .isEqualTo("new");
        assertThat(first.getAsJsonObject("lockspace").get("state").getAsString())
                .isEqualTo("STATE_LIVE");
        assertThat(json.getAsJsonArray("unknown_hosts").get(0).getAsString()).isEqualTo("h2");
    }

    @Test
    void an_agent_alone_shows_its_own_locks() {
        cluster.stop("controller");

        assertThat(ctl.run("locks", "--agent", cluster.endpoint("h2")).out())
                .contains("vg0/new")
                .doesNotContain("web1");
    }

    @Test
    void an_unknown_host_name_is_answered_with_those_that_there_are() {
        Ctl.Run run = ctl.run("locks", "--host", "h9");

        assertThat(run.err()).isEqualTo("lockstepctl: no host \"h9\": there are h1, h2\n");
        assertThat(run.exit()).isEqualTo(2);
    }

    @Test
    void a_name_that_lvm_would_not_take_is_refused_before_anybody_is_asked() {
        cluster.stop("controller");

        Ctl.Run run = ctl.run("locks", "vg0/../x");

        assertThat(run.err()).startsWith("lockstepctl: \"../x\" is not a logical volume name");
        assertThat(run.exit()).isEqualTo(2);
    }
}
