package io.lockstep.cli.lock;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.lockstep.cli.Ctl;
import io.lockstep.cli.fake.FakeAgent;
import io.lockstep.cli.fake.FakeCluster;
import io.lockstep.proto.v1.Domain;
import io.lockstep.proto.v1.LockMode;
import io.lockstep.proto.v1.Volume;
import io.lockstep.proto.v1.VolumeLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChangeLocksTest {

    private static final Volume A = FakeCluster.volume("vg0/a", 1);
    private static final Volume B = FakeCluster.volume("vg0/b", 2);
    private static final Domain WEB1 =
            FakeAgent.domain("web1", "6f9a1c9e-0001-4000-8000-000000000001", "running (booted)");

    private final FakeCluster cluster = new FakeCluster();
    private final Ctl ctl = Ctl.of(cluster);
    private FakeAgent h1;
    private FakeAgent h2;

    @BeforeEach
    void two_hosts() {
        h1 = cluster.host("h1");
        h2 = cluster.host("h2");
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void acquired_volumes_are_granted_on_the_named_host_for_the_person_behind_sudo() {
        Ctl.Run run =
                ctl.run("acquire", "vg0/a", "vg0/b", "--mode", "exclusive", "--host", "h1", "--reason", "fsck by hand");

        assertThat(run.out()).isEqualTo("""
                VOLUME  HOST  RESULT
                vg0/a   h1    granted EXCLUSIVE
                vg0/b   h1    granted EXCLUSIVE
                """);
        assertThat(run.exit()).isZero();
        assertThat(h1.requests()).containsExactly("acquire by ada: fsck by hand");
    }

    @Test
    void a_volume_that_another_host_holds_is_refused_and_the_others_are_not() {
        h2.holds(A, LockMode.LOCK_MODE_EXCLUSIVE);

        Ctl.Run run = ctl.run("acquire", "vg0/a", "vg0/b", "--mode", "shared", "--host", "h1");

        assertThat(run.out()).isEqualTo("""
                VOLUME  HOST  RESULT
                vg0/a   h1    refused: locked by another host (host_id 2)
                vg0/b   h1    granted SHARED
                """);
        assertThat(run.err()).isEqualTo("who holds it, and what to do: lockstepctl why vg0/a\n");
        assertThat(run.exit()).isEqualTo(4);
        assertThat(ctl.run("acquire", "vg0/a", "--mode", "shared", "--host", "h1")
                        .exit())
                .isEqualTo(1);
    }

    @Test
    void acquire_needs_a_host_and_a_mode_that_there_is() {
        assertThat(ctl.run("acquire", "vg0/a", "--mode", "shared").err())
                .startsWith("lockstepctl: say where: --host HOST, or --agent HOST:PORT");
        assertThat(ctl.run("acquire", "vg0/a", "--mode", "unlocked", "--host", "h1")
                        .err())
                .startsWith("lockstepctl: \"unlocked\" is not a mode: use exclusive or shared");
        assertThat(ctl.run("acquire", "vg0/a", "--host", "h1").exit()).isEqualTo(2);
        assertThat(h1.requests()).isEmpty();
    }

    @Test
    void the_one_holder_of_a_volume_is_found_through_the_controller() {
        h1.holds(A, LockMode.LOCK_MODE_EXCLUSIVE);
        h2.holds(B, LockMode.LOCK_MODE_EXCLUSIVE);

        Ctl.Run run = ctl.run("release", "vg0/b", "vg0/a", "vg0/nobody");

        assertThat(run.out()).isEqualTo("""
                VOLUME      HOST  RESULT
                vg0/nobody  -     nobody holds it
                vg0/a       h1    released
                vg0/b       h2    released
                """);
        assertThat(run.exit()).isZero();
    }

    @Test
    void several_holders_are_refused_with_their_list_and_nothing_is_released() {
        h1.runs(WEB1).claims(WEB1, A, LockMode.LOCK_MODE_SHARED).holds(A, LockMode.LOCK_MODE_SHARED);
        h2.holds(A, LockMode.LOCK_MODE_SHARED).holds(B, LockMode.LOCK_MODE_EXCLUSIVE);

        Ctl.Run run = ctl.run("release", "vg0/a", "vg0/b");

        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .isEqualTo("lockstepctl: nothing is released: vg0/a is held by 2 hosts: h1 (SHARED, for web1),"
                        + " h2 (SHARED, unclaimed); name one with --host\n");
        assertThat(run.exit()).isEqualTo(1);
        assertThat(h2.requests()).isEmpty();
    }

    @Test
    void a_volume_that_nobody_holds_is_not_called_free_while_a_host_is_unknown() {
        cluster.lose("h2", 60);

        Ctl.Run run = ctl.run("release", "vg0/a");

        assertThat(run.err())
                .isEqualTo("lockstepctl: nothing is released: no connected host holds vg0/a, but h2 may: unknown at the"
                        + " moment; name the host with --host\n");
        assertThat(run.exit()).isEqualTo(1);
    }

    @Test
    void the_last_known_holder_is_not_taken_for_the_holder() {
        h2.holds(A, LockMode.LOCK_MODE_EXCLUSIVE);
        cluster.lose("h2", 60);

        assertThat(ctl.run("release", "vg0/a").err())
                .contains("h2 held vg0/a when it was last known, but is unknown now; try it with --host h2");
    }

    @Test
    void a_claimed_volume_is_refused_with_its_domain() {
        h1.runs(WEB1).claims(WEB1, A, LockMode.LOCK_MODE_EXCLUSIVE).holds(A, LockMode.LOCK_MODE_EXCLUSIVE);

        Ctl.Run run = ctl.run("release", "vg0/a", "--host", "h1");

        assertThat(run.out()).isEqualTo("""
                VOLUME  HOST  RESULT
                vg0/a   h1    refused: domain web1 claims it; its lock follows the domain
                """);
        assertThat(run.exit()).isEqualTo(1);
    }

    @Test
    void an_open_volume_is_refused_with_its_opener_and_a_closed_one_is_released() {
        h1.holds(VolumeLock.newBuilder()
                        .setVolume(A)
                        .setMode(LockMode.LOCK_MODE_EXCLUSIVE)
                        .setActive(true)
                        .setOpen(true)
                        .build())
                .holds(B, LockMode.LOCK_MODE_EXCLUSIVE);

        Ctl.Run run = ctl.run("release", "vg0/a", "vg0/b", "-o", "json");

        JsonObject first = JsonParser.parseString(run.out())
                .getAsJsonObject()
                .getAsJsonArray("results")
                .get(0)
                .getAsJsonObject();
        assertThat(first.get("host").getAsString()).isEqualTo("h1");
        assertThat(first.getAsJsonObject("in_use").get("opener").getAsString()).isEqualTo("qemu-img (4711)");
        assertThat(run.exit()).isEqualTo(4);
    }

    @Test
    void an_agent_that_is_away_is_named_with_how_to_check_it() {
        h2.holds(A, LockMode.LOCK_MODE_EXCLUSIVE);
        cluster.stop("h2");

        Ctl.Run run = ctl.run("release", "vg0/a", "--host", "h2");

        assertThat(run.out()).isEmpty();
        assertThat(cluster.readable(run.err()))
                .isEqualTo("lockstepctl: the agent of h2 (h2:7600) does not answer: connection refused."
                        + " Check there: systemctl status lockstep-agent\n");
        assertThat(run.exit()).isEqualTo(3);
    }

    @Test
    void what_one_host_released_is_told_although_another_one_did_not_answer() {
        h1.holds(A, LockMode.LOCK_MODE_EXCLUSIVE);
        h2.holds(B, LockMode.LOCK_MODE_EXCLUSIVE);
        cluster.stop("h2");

        Ctl.Run run = ctl.run("release", "vg0/a", "vg0/b");

        assertThat(run.out()).contains("vg0/a   h1    released").contains("vg0/b   h2    unknown: the agent of h2");
        assertThat(run.exit()).isEqualTo(4);
        assertThat(ctl.run("release", "vg0/b").exit()).isEqualTo(3);
    }

    @Test
    void an_agent_alone_releases_without_a_controller() {
        h1.holds(A, LockMode.LOCK_MODE_EXCLUSIVE);
        cluster.stop("controller");

        assertThat(ctl.run("release", "vg0/a", "--agent", cluster.endpoint("h1"))
                        .out())
                .isEqualTo("""
                VOLUME  HOST  RESULT
                vg0/a   h1    released
                """);
    }

    @Test
    void a_person_whose_role_is_too_low_is_told_so() {
        cluster.refusePeople();

        Ctl.Run run = ctl.run("release", "vg0/a", "--host", "h1");

        assertThat(cluster.readable(run.err()))
                .isEqualTo("lockstepctl: the agent of h1 (h1:7600) refuses: a viewer may not do this\n");
        assertThat(run.exit()).isEqualTo(1);
    }
}
