package io.lockstep.cli.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.cli.Ctl;
import io.lockstep.cli.EndlessWait;
import io.lockstep.cli.fake.FakeAgent;
import io.lockstep.cli.fake.FakeCluster;
import io.lockstep.proto.v1.Domain;
import io.lockstep.proto.v1.LockMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MigrateTest {

    private static final Domain WEB =
            FakeAgent.domain("web", "6f9a1c9e-0001-4000-8000-000000000001", "running (booted)");

    private final FakeCluster cluster = new FakeCluster();
    private final Ctl ctl = Ctl.of(cluster);
    private FakeAgent h1;

    @BeforeEach
    void hosts() {
        h1 = cluster.host("h1").runs(WEB).claims(WEB, FakeCluster.volume("vg0/web", 1), LockMode.LOCK_MODE_EXCLUSIVE);
        cluster.host("h2");
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void a_domain_moves_and_every_step_is_a_line() {
        Ctl.Run run = ctl.run("migrate", "web", "--to", "h2", "--reason", "disk is full");

        assertThat(run.out()).isEqualTo("""
                DOMAIN  FROM -> TO  RESULT  WHY
                web     h1 -> h2    moved
                """);
        assertThat(run.err()).isEqualTo("""
                web  h1 -> h2  under way
                web  h1 -> h2  SHARED
                web  h1 -> h2  moved
                """);
        assertThat(run.exit()).isZero();
        assertThat(h1.requests())
                .containsExactly(
                        "migrate web to h2 (qemu+ssh://h2/system) by ada: disk is full, persistent, undefinesource");
    }

    @Test
    void options_reach_the_agent() {
        ctl.run(
                "migrate",
                "web",
                "--to",
                "h2",
                "--no-persistent",
                "--no-undefinesource",
                "--bandwidth",
                "100",
                "--auto-converge",
                "--suspend-after",
                "5m");

        assertThat(h1.requests())
                .containsExactly(
                        "migrate web to h2 (qemu+ssh://h2/system) by ada: , auto-converge, bandwidth 100, suspend after 300");
    }

    @Test
    void a_terminal_shows_a_bar_that_is_drawn_over() {
        Ctl.Run run = ctl.onTerminal().with("NO_COLOR", "1").run("migrate", "web", "--to", "h2");

        assertThat(run.err())
                .contains("web  h1 -> h2  [----------")
                .contains("\u001b[1A\u001b[2Kweb  h1 -> h2  [##########----------]  SHARED, 1.0 of 2.0 GiB left")
                .contains("[####################]  moved");
    }

    @Test
    void what_speaks_against_it_is_said_and_nothing_is_started() {
        h1.refusesToMigrate("web", "vg0/web: LVM cannot share a volume of type thin between hosts");

        Ctl.Run run = ctl.run("migrate", "web", "--to", "h2");

        assertThat(run.out()).contains("refused  vg0/web: LVM cannot share a volume of type thin between hosts");
        assertThat(run.exit()).isEqualTo(1);
        assertThat(h1.requests()).isEmpty();
    }

    @Test
    void a_target_that_cannot_take_it_is_refused() {
        cluster.host("h3").inventory().setEnforcement("off");
        cluster.host("h4").inventory().clearLockspaces();
        cluster.host("h5");
        cluster.lose("h5", 300);

        assertThat(ctl.run("migrate", "web", "--to", "h3").out()).contains("Lockstep is off on h3");
        assertThat(ctl.run("migrate", "web", "--to", "h4").out()).contains("h4 does not have volume group vg0");
        assertThat(ctl.run("migrate", "web", "--to", "h5").out()).contains("h5 is unknown at the moment");
        assertThat(ctl.run("migrate", "web", "--to", "h1").out()).contains("it runs on h1 already");
        assertThat(ctl.run("migrate", "web", "--to", "h9").err()).contains("no host \"h9\"");
        assertThat(h1.requests()).isEmpty();
    }

    @Test
    void a_domain_that_nobody_runs_or_whose_host_is_unknown_is_not_migrated() {
        assertThat(ctl.run("migrate", "mail", "--to", "h2").err())
                .contains("no host runs domain mail; a domain that is shut off is moved with virsh migrate --offline");
        assertThat(ctl.run("migrate", "mail", "--host", "h1", "--to", "h2").err())
                .contains("domain mail does not run on h1");
        cluster.lose("h1", 60);
        Ctl.Run run = ctl.run("migrate", "web", "--to", "h2");
        assertThat(run.err()).contains("h1 is unknown at the moment");
        assertThat(run.exit()).isEqualTo(1);
    }

    @Test
    void a_failure_is_libvirts_own_word() {
        h1.failsToMigrate("web", "unable to connect to server at 'h2:16509': Connection refused");

        Ctl.Run run = ctl.run("migrate", "web", "--to", "h2");

        assertThat(run.out())
                .contains("failed  unable to connect to server at 'h2:16509': Connection refused; where it runs");
        assertThat(run.exit()).isEqualTo(1);
    }

    @Test
    void ctrl_c_ends_the_watching_and_the_same_command_goes_on() {
        Ctl.Run interrupted = ctl.waiting(new EndlessWait(2)).run("migrate", "web", "--to", "h2");

        assertThat(interrupted.err()).contains("interrupted; without lockstepctl goes on: web.");
        assertThat(interrupted.exit()).isEqualTo(3);

        Ctl.Run again = ctl.waiting(new EndlessWait()).run("migrate", "web", "--to", "h2");
        assertThat(again.out()).contains("web     h1 -> h2    moved");
        assertThat(h1.requests()).as("started once").hasSize(1);
    }

    @Test
    void ctrl_c_cancels_only_when_that_was_asked_for() {
        Ctl.Run run = ctl.waiting(new EndlessWait(2)).run("migrate", "web", "--to", "h2", "--abort-on-interrupt");

        assertThat(run.err()).contains("web: cancelled; it goes on where it is");
        assertThat(h1.requests()).last().isEqualTo("abort by ada: lockstepctl was interrupted");
    }

    @Test
    void of_an_agent_that_was_restarted_the_place_of_the_domain_tells_the_end() {
        h1.restarts();

        assertThat(ctl.run("migrate", "web", "--to", "h2").out()).contains("web     h1 -> h2    moved");
    }

    @Test
    void a_handover_that_does_not_close_is_named() {
        h1.handoversStayOpen();

        Ctl.Run run = ctl.run("migrate", "web", "--to", "h2");

        assertThat(run.out())
                .contains(
                        "failed  it runs on h2, but its handover is still open (SHARED): lockstepctl handover c0ffee00");
        assertThat(run.exit()).isEqualTo(1);
    }

    @Test
    void json_tells_the_result() {
        assertThat(ctl.run("migrate", "web", "--to", "h2", "-o", "json"))
                .satisfies(run -> assertThat(run.err()).isEmpty())
                .satisfies(run -> assertThat(run.out())
                        .contains("\"domain_name\": \"web\"")
                        .contains("\"target\": \"h2\"")
                        .contains("\"result\": \"moved\""));
    }

    @Test
    void nonsense_is_a_matter_of_the_command_line() {
        assertThat(ctl.run("migrate", "web").err()).contains("--to");
        assertThat(ctl.run("migrate", "web", "--to", "h2", "--bandwidth", "0").err())
                .contains("--bandwidth is at least 1 MiB/s");
        assertThat(ctl.run("migrate", "web", "--to", "h2", "--suspend-after", "0s")
                        .err())
                .contains("--suspend-after is at least 1s");
    }
}
