package io.lockstep.cli.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.cli.Ctl;
import io.lockstep.cli.fake.FakeCluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ForgetTest {

    private final FakeCluster cluster = new FakeCluster();
    private final Ctl ctl = Ctl.of(cluster);

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void a_host_that_is_gone_is_forgotten() {
        cluster.host("h1");
        cluster.host("h2");
        cluster.lose("h2", 300);

        Ctl.Run run = ctl.run("forget", "h2");

        assertThat(run.out()).isEqualTo("h2 is forgotten; if its agent registers again, it is back\n");
        assertThat(run.err()).isEmpty();
        assertThat(run.exit()).isZero();
        assertThat(ctl.run("hosts").out()).contains("h1").doesNotContain("h2");
    }

    @Test
    void a_connected_host_is_refused_with_what_to_do_first() {
        cluster.host("h1");

        Ctl.Run run = ctl.run("forget", "h1");

        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .isEqualTo("lockstepctl: h1 is connected and not forgotten:"
                        + " stop its agent first: systemctl stop lockstep-agent on h1\n");
        assertThat(run.exit()).isEqualTo(1);
        assertThat(ctl.run("hosts").out()).contains("h1    connected");
    }

    @Test
    void a_host_that_there_is_not_is_a_mistake() {
        cluster.host("h1");

        Ctl.Run run = ctl.run("forget", "h9");

        assertThat(run.err())
                .isEqualTo("lockstepctl: the controller knows no host \"h9\": lockstepctl hosts lists them\n");
        assertThat(run.exit()).isEqualTo(2);
        assertThat(ctl.run("forget").exit()).isEqualTo(2);
        assertThat(ctl.run("forget", "not a name").exit()).isEqualTo(2);
    }

    @Test
    void json_is_the_controllers_answer_whatever_it_is() {
        cluster.host("h1");
        cluster.host("h2");
        cluster.lose("h2", 300);

        assertThat(ctl.run("forget", "h2", "-o", "json").out()).isEqualTo("""
                {
                  "forgotten": {}
                }
                """);
        Ctl.Run refused = ctl.run("forget", "h1", "-o", "json");
        assertThat(refused.out()).isEqualTo("""
                {
                  "connected": {}
                }
                """);
        assertThat(refused.exit()).isEqualTo(1);
    }

    @Test
    void without_a_controller_nothing_is_forgotten() {
        cluster.stop("controller");

        assertThat(ctl.run("forget", "h1").exit()).isEqualTo(3);
    }
}
