package io.lockstep.cli.lock;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import io.lockstep.cli.Ctl;
import io.lockstep.cli.fake.FakeAgent;
import io.lockstep.cli.fake.FakeCluster;
import io.lockstep.proto.v1.Drift;
import io.lockstep.proto.v1.LockMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReconcileTest {

    private final FakeCluster cluster = new FakeCluster();
    private final Ctl ctl = Ctl.of(cluster);
    private FakeAgent h1;

    @BeforeEach
    void one_host_with_drift_and_one_without() {
        h1 = cluster.host("h1")
                .drifts(drift(Drift.Kind.KIND_UNCLAIMED, "vg0/old", 1))
                .drifts(drift(Drift.Kind.KIND_FOREIGN, "vg0/hand", 2));
        cluster.host("h2");
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private static Drift drift(Drift.Kind kind, String volume, int number) {
        return Drift.newBuilder()
                .setKind(kind)
                .setVolume(FakeCluster.volume(volume, number))
                .setHeld(LockMode.LOCK_MODE_EXCLUSIVE)
                .setNeeded(LockMode.LOCK_MODE_UNLOCKED)
                .setSince(FakeCluster.ago(240))
                .build();
    }

    @Test
    void a_dry_run_says_what_would_be_done_and_found_drift_is_a_no() {
        Ctl.Run run = ctl.run("reconcile", "--dry-run", "--host", "h1");

        assertThat(run.out()).isEqualTo("""
                HOST  VOLUME    DRIFT      HELD       NEEDED    SINCE   WOULD BE DONE
                h1    vg0/old   UNCLAIMED  EXCLUSIVE  UNLOCKED  4m ago  to UNLOCKED
                h1    vg0/hand  FOREIGN    EXCLUSIVE  UNLOCKED  4m ago  left alone: activated by hand; Lockstep leaves it alone
                """);
        assertThat(run.exit()).isEqualTo(1);
        assertThat(h1.requests()).containsExactly("dry run");
    }

    @Test
    void a_host_without_drift_is_a_yes() {
        Ctl.Run run = ctl.run("reconcile", "--dry-run", "--host", "h2");

        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isEqualTo("no drift\n");
        assertThat(run.exit()).isZero();
    }

    @Test
    void corrections_are_told_with_their_results() {
        Ctl.Run run = ctl.run("reconcile", "--all");

        assertThat(run.out()).contains("h1    vg0/old   UNCLAIMED  EXCLUSIVE  UNLOCKED  4m ago  released\n");
        assertThat(run.exit()).isZero();
        h1.refusesCorrections();
        assertThat(ctl.run("reconcile", "--all").out()).contains("refused: locked by another host");
        assertThat(ctl.run("reconcile", "--all").exit()).isEqualTo(1);
    }

    @Test
    void a_host_that_does_not_answer_makes_the_whole_partial() {
        cluster.stop("h2");

        Ctl.Run run = ctl.run("reconcile", "--all", "-o", "json");

        JsonArray hosts = JsonParser.parseString(run.out()).getAsJsonObject().getAsJsonArray("hosts");
        assertThat(hosts.get(0).getAsJsonObject().get("error").isJsonNull()).isTrue();
        assertThat(hosts.get(0).getAsJsonObject().getAsJsonArray("corrections")).hasSize(1);
        assertThat(hosts.get(1).getAsJsonObject().get("error").getAsString()).contains("connection refused");
        assertThat(run.err()).contains("does not answer: connection refused");
        assertThat(run.exit()).isEqualTo(4);
    }

    @Test
    void a_call_that_does_not_end_is_given_up_in_time() {
        h1.silent();

        Ctl.Run run = ctl.run("reconcile", "--host", "h1", "--timeout", "1s");

        assertThat(run.err()).contains("does not answer: no answer within 1s");
        assertThat(run.exit()).isEqualTo(3);
    }

    @Test
    void no_time_at_all_is_refused() {
        assertThat(ctl.run("reconcile", "--host", "h1", "--timeout", "0s").err())
                .isEqualTo("lockstepctl: --timeout is at least 1s\n");
    }

    @Test
    void where_has_to_be_said_once() {
        assertThat(ctl.run("reconcile").err()).startsWith("lockstepctl: say where: one of --host HOST, --all");
        assertThat(ctl.run("reconcile", "--all", "--host", "h1").exit()).isEqualTo(2);
        assertThat(h1.requests()).isEmpty();
    }
}
