package io.lockstep.cli.handover;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.cli.Ctl;
import io.lockstep.cli.fake.FakeCluster;
import io.lockstep.proto.v1.Alarm;
import io.lockstep.proto.v1.Choice;
import io.lockstep.proto.v1.GetHandoverResponse;
import io.lockstep.proto.v1.Handover;
import io.lockstep.proto.v1.HandoverPhase;
import io.lockstep.proto.v1.HandoverRef;
import io.lockstep.proto.v1.OwnDomain;
import io.lockstep.proto.v1.Sighting;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a person does by hand, and what is shown to decide it. */
class ByHandTest {

    private static final String ID = "0f0f0f0f-0000-4000-8000-000000000001";

    private final FakeCluster cluster = new FakeCluster();
    private final Ctl ctl = Ctl.of(cluster);

    @BeforeEach
    void hosts() {
        cluster.host("h1");
        cluster.host("h2");
        cluster.records(GetHandoverResponse.newBuilder()
                .setHandover(Handover.newBuilder()
                        .setRef(HandoverRef.newBuilder()
                                .setId(ID)
                                .setDomainUuid("6f9a1c9e-0001-4000-8000-000000000001"))
                        .setDomainName("web")
                        .setSource("h1")
                        .setTarget("h2")
                        .setPhase(HandoverPhase.HANDOVER_PHASE_SHARED)
                        .setOpenedAt(FakeCluster.ago(4000))
                        .addSeen(Sighting.newBuilder().setHost("h1").setOwn(OwnDomain.OWN_DOMAIN_OUTGOING))
                        .addAttention("h1: the migration does not end")
                        .addChoices(choice("see whether it still gets on", "virsh domjobinfo web", "h1")))
                .build());
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private static Choice choice(String text, String command, String host) {
        return Choice.newBuilder()
                .setText(text)
                .setCommand(command)
                .setHost(host)
                .build();
    }

    private void runsTwice() {
        cluster.alarm(Alarm.newBuilder()
                .setKind(Alarm.Kind.KIND_DOUBLE_RUN)
                .setDomainName("web")
                .addHosts("h1")
                .addHosts("h2")
                .setText("the guest runs on h2 and on h1")
                .addSeen(Sighting.newBuilder().setHost("h1").setOwn(OwnDomain.OWN_DOMAIN_ACTIVE))
                .addSeen(Sighting.newBuilder().setHost("h2").setOwn(OwnDomain.OWN_DOMAIN_ACTIVE))
                .addChoices(choice("have the guest on h1 write no more", "lockstepctl suspend web --host h1", ""))
                .addChoices(choice("give up the guest on h1, and keep the other", "virsh destroy web", "h1"))
                .build());
    }

    @Test
    void a_handover_that_nobody_needs_is_closed() {
        Ctl.Run run = ctl.run("handover", "close", "0f0f", "--reason", "h2 burned down");

        assertThat(run.out()).isEqualTo("""
                handover 0f0f0f0f-0000-4000-8000-000000000001 is closed: COMMITTED
                seen before: h1 ABSENT, h2 ACTIVE
                """);
        assertThat(run.exit()).isZero();
        assertThat(cluster.requests()).containsExactly("close by ada: h2 burned down");
    }

    @Test
    void a_handover_that_somebody_may_need_stays_open() {
        cluster.lose("h2", 300);

        Ctl.Run run = ctl.run("handover", "close", ID);

        assertThat(run.err())
                .startsWith("not closed: h2 (target) does not answer, and silence proves nothing")
                .contains("lockstepctl forget h2");
        assertThat(run.exit()).isEqualTo(1);
    }

    @Test
    void a_handover_is_named() {
        assertThat(ctl.run("handover").err()).startsWith("lockstepctl: an ID is missing");
        assertThat(ctl.run("handover", "close").err()).startsWith("lockstepctl: ID is missing: the handover's id");
        assertThat(ctl.run("handover", "close", "9999").err()).contains("no handover's id begins with \"9999\"");
    }

    @Test
    void a_handover_shows_what_was_seen_and_what_can_be_done() {
        assertThat(ctl.run("handover", ID).out()).contains("""
                seen     h1 OUTGOING
                look at  h1: the migration does not end
                choice   on h1: virsh domjobinfo web (see whether it still gets on)
                """);
    }

    @Test
    void an_alarm_shows_what_was_seen_and_what_can_be_done() {
        runsTwice();

        assertThat(ctl.run("alarms").out()).endsWith("""

                DOUBLE_RUN of web
                  seen: h1 ACTIVE, h2 ACTIVE
                  -> lockstepctl suspend web --host h1 (have the guest on h1 write no more)
                  -> on h1: virsh destroy web (give up the guest on h1, and keep the other)
                """);
    }

    @Test
    void a_guest_of_a_double_run_is_suspended_and_what_comes_next_is_said() {
        runsTwice();

        Ctl.Run run = ctl.run("suspend", "web", "--host", "h1", "--reason", "double run");

        assertThat(run.out())
                .startsWith("seen before: h1 ACTIVE\nweb on h1 is suspended\n")
                .contains("-> on h1: virsh destroy web (give up the guest on h1, and keep the other)");
        assertThat(run.exit()).isZero();
        assertThat(cluster.requests()).containsExactly("suspend by ada: double run");
    }

    @Test
    void a_guest_that_runs_once_is_not() {
        Ctl.Run run = ctl.run("suspend", "web", "--host", "h1");

        assertThat(run.err()).startsWith("not suspended: web on h1 is not seen to run anywhere else");
        assertThat(run.exit()).isEqualTo(1);
        assertThat(ctl.run("suspend", "web").err()).contains("--host");
    }
}
