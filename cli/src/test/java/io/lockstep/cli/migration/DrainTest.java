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

class DrainTest {

    private static final Domain WEB = domain("web", 1);
    private static final Domain DB = domain("db", 2);
    private static final Domain MAIL = domain("mail", 3);
    private static final Domain OTHER = domain("other", 4);

    private final FakeCluster cluster = new FakeCluster();
    private final Ctl ctl = Ctl.of(cluster);
    private FakeAgent h1;

    private static Domain domain(String name, int number) {
        return FakeAgent.domain(name, "6f9a1c9e-0000-4000-8000-00000000000" + number, "running (booted)");
    }

    @BeforeEach
    void hosts() {
        h1 = cluster.host("h1").runs(DB).runs(MAIL).runs(WEB);
        h1.claims(WEB, FakeCluster.volume("vg0/web", 1), LockMode.LOCK_MODE_EXCLUSIVE);
        cluster.host("h2").runs(OTHER);
        cluster.host("h3");
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void a_dry_run_says_what_would_go_where() {
        Ctl.Run run = ctl.run("drain", "h1", "--dry-run");

        assertThat(run.out()).isEqualTo("""
                DOMAIN  FROM -> TO  RESULT   WHY
                db      h1 -> h3    planned
                mail    h1 -> h2    planned
                web     h1 -> h3    planned
                """);
        assertThat(run.exit()).isZero();
        assertThat(h1.requests()).isEmpty();
    }

    @Test
    void every_domain_leaves_the_host() {
        Ctl.Run run = ctl.run("drain", "h1", "--to", "h3");

        assertThat(run.out()).isEqualTo("""
                DOMAIN  FROM -> TO  RESULT  WHY
                db      h1 -> h3    moved
                mail    h1 -> h3    moved
                web     h1 -> h3    moved
                """);
        assertThat(run.exit()).isZero();
        assertThat(ctl.run("drain", "h1").err()).contains("h1 runs no domain");
    }

    @Test
    void no_more_than_asked_for_go_at_once() {
        Ctl.Run run = ctl.run("drain", "h1", "--parallel", "1");

        assertThat(run.err().lines().filter(l -> l.contains("under way") || l.contains("moved")))
                .containsExactly(
                        "db  h1 -> h3  under way",
                        "db  h1 -> h3  moved",
                        "mail  h1 -> h2  under way",
                        "mail  h1 -> h2  moved",
                        "web  h1 -> h3  under way",
                        "web  h1 -> h3  moved");
        assertThat(ctl.run("drain", "h1", "--parallel", "9").err()).contains("--parallel is from 1 to 8");
    }

    @Test
    void nothing_is_started_when_something_speaks_against_one() {
        h1.refusesToMigrate("mail", "vg0/mail: LVM cannot share a volume of type thin between hosts");

        Ctl.Run run = ctl.run("drain", "h1");

        assertThat(run.out()).contains("mail    h1 -> ?     refused  vg0/mail: LVM cannot share a volume of type thin");
        assertThat(run.err()).contains("nothing was started");
        assertThat(run.exit()).isEqualTo(1);
        assertThat(h1.requests()).isEmpty();
    }

    @Test
    void the_others_move_when_that_is_asked_for() {
        h1.refusesToMigrate("mail", "it is just starting on h1: try again");

        Ctl.Run run = ctl.run("drain", "h1", "--keep-going");

        assertThat(run.out())
                .contains("db      h1 -> h3    moved")
                .contains("mail    h1 -> ?     refused")
                .contains("web     h1 -> h2    moved");
        assertThat(run.exit()).isEqualTo(4);
    }

    @Test
    void after_a_failure_no_more_is_started_and_what_is_under_way_ends() {
        h1.failsToMigrate("db", "the network is down");

        Ctl.Run run = ctl.run("drain", "h1", "--parallel", "2");

        assertThat(run.out())
                .contains("failed       the network is down")
                .contains("mail    h1 -> h2    moved")
                .contains("web     h1 -> h3    not started");
        assertThat(run.exit()).isEqualTo(4);
    }

    @Test
    void after_a_failure_the_others_go_on_when_that_is_asked_for() {
        h1.failsToMigrate("db", "the network is down");
        h1.refusesToMigrateAtLast("mail", "a handover of it has just opened");

        Ctl.Run run = ctl.run("drain", "h1", "--keep-going", "--parallel", "1");

        assertThat(run.out())
                .contains("db      h1 -> h3    failed")
                .contains("mail    h1 -> h2    refused")
                .contains("web     h1 -> h3    moved");
        assertThat(run.exit()).isEqualTo(4);
    }

    @Test
    void after_ctrl_c_the_same_command_goes_on_with_what_is_left() {
        Ctl.Run interrupted = ctl.waiting(new EndlessWait(2)).run("drain", "h1", "--to", "h3", "--parallel", "2");
        assertThat(interrupted.err()).contains("interrupted; without lockstepctl goes on: db, mail.");

        assertThat(ctl.run("drain", "h1", "--dry-run").out())
                .contains("db      h1 -> h3    under way")
                .contains("web     h1 -> h3    planned");
        Ctl.Run again = ctl.waiting(new EndlessWait()).run("drain", "h1", "--to", "h3", "--parallel", "2");
        assertThat(again.exit()).as(again.out() + again.err()).isZero();
        assertThat(h1.requests()).as("each one started once").hasSize(3);
        assertThat(ctl.run("drain", "h1").err()).contains("h1 runs no domain");
    }

    @Test
    void a_migration_that_somebody_else_started_is_watched() {
        h1.migrates(WEB, "h2");

        Ctl.Run run = ctl.run("drain", "h1", "--to", "h3");

        assertThat(run.out()).contains("web     h1 -> h2    moved");
        assertThat(h1.requests()).hasSize(2);
    }

    @Test
    void unknown_hosts_neither_take_domains_nor_are_drained() {
        cluster.lose("h3", 300);

        assertThat(ctl.run("drain", "h1", "--dry-run").out()).doesNotContain("h3");
        assertThat(ctl.run("drain", "h1", "--to", "h3").out()).contains("refused  h3 is unknown at the moment");
        assertThat(ctl.run("drain", "h3").err()).contains("h3 is unknown at the moment");
        cluster.lose("h2", 300);
        assertThat(ctl.run("drain", "h1").out()).contains("there is no other host that the controller knows");
    }
}
