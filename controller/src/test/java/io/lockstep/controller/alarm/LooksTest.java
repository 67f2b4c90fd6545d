package io.lockstep.controller.alarm;

import static io.lockstep.controller.fake.Samples.A;
import static io.lockstep.controller.fake.Samples.B;
import static io.lockstep.controller.fake.Samples.C;
import static io.lockstep.controller.fake.Samples.ROOT;
import static io.lockstep.controller.fake.Samples.WEB;
import static io.lockstep.controller.fake.Samples.attention;
import static io.lockstep.controller.fake.Samples.report;
import static io.lockstep.core.domain.OwnDomain.ABSENT;
import static io.lockstep.core.domain.OwnDomain.ACTIVE;
import static io.lockstep.core.domain.OwnDomain.OUTGOING;
import static io.lockstep.core.domain.OwnDomain.PAUSED_MIGRATING;
import static io.lockstep.core.domain.OwnDomain.POST_COPY;
import static io.lockstep.core.domain.OwnDomain.POST_COPY_PAUSED;
import static io.lockstep.core.domain.OwnDomain.STARTING;
import static io.lockstep.core.domain.OwnDomain.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.controller.fake.FakeAgent;
import io.lockstep.controller.fake.FakeCluster;
import io.lockstep.controller.handover.Handover;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.Side;
import io.lockstep.core.handover.SideProgress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class LooksTest {

    private final FakeCluster cluster = new FakeCluster();
    private final FakeAgent a = cluster.host(A);
    private final FakeAgent b = cluster.host(B);
    private final FakeAgent c = cluster.host(C);
    private HandoverId id;

    @BeforeEach
    void open() {
        cluster.settled();
        cluster.runs(A);
        cluster.begin(B, ROOT);
        id = cluster.only().id();
        cluster.looked.clear();
    }

    private void look(OwnDomain target1, OwnDomain source1, OwnDomain target2, OwnDomain source2) {
        b.looks.addAll(List.of(target1, target2));
        a.looks.addAll(List.of(source1, source2));
        cluster.controller.look();
        assertThat(a.looks).isEmpty();
        assertThat(b.looks).isEmpty();
    }

    private List<AlarmKind> standing() {
        return cluster.controller.alarms().list().stream().map(Alarm::kind).toList();
    }

    static List<Arguments> looks() {
        return List.of(
                Arguments.of("nothing copied yet", STARTING, OUTGOING, STARTING, OUTGOING, null),
                Arguments.of("copying", PAUSED_MIGRATING, OUTGOING, PAUSED_MIGRATING, OUTGOING, null),
                Arguments.of("moves between the looks", PAUSED_MIGRATING, OUTGOING, ACTIVE, ABSENT, null),
                Arguments.of("moved, and the source ends", ACTIVE, PAUSED_MIGRATING, ACTIVE, ABSENT, null),
                Arguments.of("migrates back between the pairs", ACTIVE, ACTIVE, ABSENT, ACTIVE, null),
                Arguments.of("post-copy", POST_COPY, POST_COPY_PAUSED, POST_COPY, POST_COPY_PAUSED, null),
                Arguments.of("a lost finish step", ACTIVE, ACTIVE, ACTIVE, ACTIVE, AlarmKind.DOUBLE_RUN),
                Arguments.of("the same in post-copy", POST_COPY, ACTIVE, POST_COPY, ACTIVE, AlarmKind.DOUBLE_RUN),
                Arguments.of("the source is silent once", ACTIVE, UNKNOWN, ACTIVE, ACTIVE, null),
                Arguments.of(
                        "a failed confirm step",
                        ACTIVE,
                        PAUSED_MIGRATING,
                        ACTIVE,
                        PAUSED_MIGRATING,
                        AlarmKind.LEFT_OVER));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("looks")
    void alarms_follow_from_four_looks(
            String name,
            OwnDomain target1,
            OwnDomain source1,
            OwnDomain target2,
            OwnDomain source2,
            AlarmKind expected) {
        look(target1, source1, target2, source2);

        assertThat(standing()).isEqualTo(expected == null ? List.of() : List.of(expected));
    }

    @Test
    void the_target_is_looked_at_before_the_source_and_both_twice() {
        cluster.controller.look();

        assertThat(cluster.looked).containsExactly("hv-b", "hv-a", "hv-b", "hv-a");
    }

    @ParameterizedTest(name = "{0} on the target, {1} on the source")
    @CsvSource({"OUTGOING, ACTIVE", "ACTIVE, OUTGOING"})
    void a_double_run_is_not_over_because_one_of_the_two_moves_on(OwnDomain target, OwnDomain source) {
        look(ACTIVE, ACTIVE, ACTIVE, ACTIVE);

        look(target, source, target, source);

        assertThat(standing()).containsExactly(AlarmKind.DOUBLE_RUN);
        look(ACTIVE, ABSENT, ACTIVE, ABSENT);
        assertThat(standing()).isEmpty();
    }

    @Test
    void an_alarm_stands_until_a_look_clears_it_and_silence_does_not() {
        look(ACTIVE, ACTIVE, ACTIVE, ACTIVE);
        Alarm raised = cluster.controller.alarms().list().getFirst();
        assertThat(raised.text()).contains("hv-a", "hv-b", "virsh destroy");
        assertThat(raised.hosts()).containsExactly(A, B);

        look(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN);
        look(ACTIVE, UNKNOWN, ACTIVE, UNKNOWN);
        look(ACTIVE, ACTIVE, ACTIVE, ACTIVE);
        assertThat(cluster.controller.alarms().list()).containsExactly(raised);

        look(ACTIVE, ABSENT, ACTIVE, ABSENT);
        assertThat(standing()).isEmpty();
        assertThat(cluster.history.stream().filter(h -> h.contains("DOUBLE_RUN")))
                .hasSize(4)
                .contains("raised DOUBLE_RUN", "cleared DOUBLE_RUN", "alarm DOUBLE_RUN is over");
    }

    @Test
    void what_a_host_streams_neither_raises_nor_clears() {
        cluster.runs(B);
        cluster.runs(A);
        look(PAUSED_MIGRATING, OUTGOING, PAUSED_MIGRATING, OUTGOING);
        assertThat(standing()).isEmpty();

        look(ACTIVE, ACTIVE, ACTIVE, ACTIVE);
        b.domains.clear();
        b.sends();
        assertThat(standing()).containsExactly(AlarmKind.DOUBLE_RUN);
    }

    @Test
    void a_third_host_is_looked_at_when_it_streams_the_domain() {
        cluster.runs(C);
        b.domains.put(WEB, PAUSED_MIGRATING);
        cluster.controller.look();

        assertThat(standing()).containsExactly(AlarmKind.THIRD_HOST);
        assertThat(cluster.controller.alarms().list().getFirst().text()).contains("hv-c");

        c.domains.clear();
        c.sends();
        assertThat(standing()).containsExactly(AlarmKind.THIRD_HOST);
        cluster.controller.look();
        assertThat(standing()).isEmpty();
    }

    @Test
    void what_an_earlier_migration_left_on_a_third_host_is_left_over_and_no_second_guest() {
        c.domains.put(WEB, PAUSED_MIGRATING);
        c.sends();
        c.looks.addAll(List.of(PAUSED_MIGRATING, PAUSED_MIGRATING));
        b.looks.addAll(List.of(ACTIVE, ACTIVE, ACTIVE));
        a.looks.addAll(List.of(ABSENT, ABSENT));
        cluster.controller.look();

        assertThat(cluster.controller.alarms().list()).singleElement().satisfies(alarm -> {
            assertThat(alarm.kind()).isEqualTo(AlarmKind.LEFT_OVER);
            assertThat(alarm.choices()).singleElement().satisfies(choice -> {
                assertThat(choice.on()).contains(C);
                assertThat(choice.command()).startsWith("virsh destroy ");
            });
        });

        c.looks.add(UNKNOWN);
        look(ACTIVE, ABSENT, ACTIVE, ABSENT);
        assertThat(standing()).containsExactly(AlarmKind.LEFT_OVER);

        c.looks.add(ABSENT);
        look(ACTIVE, ABSENT, ACTIVE, ABSENT);
        assertThat(standing()).isEmpty();
    }

    @Test
    void two_hosts_that_stream_one_domain_are_looked_at_without_a_handover() {
        FakeCluster other = new FakeCluster();
        other.host(A);
        other.host(B);
        other.controller.look();
        assertThat(other.looked).isEmpty();

        other.runs(A);
        other.runs(B);
        other.controller.look();
        assertThat(other.looked).hasSize(4);
        assertThat(other.controller.alarms().list()).extracting(Alarm::kind).containsExactly(AlarmKind.DOUBLE_RUN);

        other.agent(A).domains.clear();
        other.agent(A).sends();
        other.controller.look();
        assertThat(other.controller.alarms().list()).isEmpty();
    }

    @Test
    void a_double_run_is_found_after_the_handover_has_closed() {
        cluster.controller.handovers().report(report(id, 1, Side.SOURCE, SideProgress.GONE, 1));
        cluster.controller.handovers().report(report(id, 1, Side.TARGET, SideProgress.HOLDS, 2));
        assertThat(cluster.controller.handovers().open()).isEmpty();
        cluster.runs(A);
        cluster.runs(B);

        cluster.controller.look();

        assertThat(standing()).containsExactly(AlarmKind.DOUBLE_RUN);
        assertThat(cluster.looked).startsWith("hv-b", "hv-a");
    }

    @Test
    void a_restored_alarm_stands_until_a_look_clears_it() {
        look(ACTIVE, ACTIVE, ACTIVE, ACTIVE);
        List<Alarm> stored = cluster.controller.alarms().list();
        a.domains.put(WEB, ACTIVE);
        b.domains.put(WEB, ABSENT);
        cluster.controller = cluster.controller();
        cluster.controller.restore(cluster.registrations, List.of(), Map.of(), stored);
        assertThat(cluster.controller.alarms().list()).isEqualTo(stored);

        cluster.controller.look();
        assertThat(cluster.controller.alarms().list()).isEmpty();
    }

    @Test
    void a_sides_attention_is_an_alarm_as_long_as_it_says_so() {
        Handover handover = cluster.only();
        cluster.controller
                .handovers()
                .report(attention(report(handover.id(), 1, Side.TARGET, SideProgress.SHARED, 1), "it does not end"));
        cluster.controller.look();
        assertThat(cluster.controller.alarms().list()).singleElement().satisfies(alarm -> {
            assertThat(alarm.kind()).isEqualTo(AlarmKind.ATTENTION);
            assertThat(alarm.hosts()).containsExactly(B);
            assertThat(alarm.text()).isEqualTo("hv-b: it does not end");
        });

        cluster.controller.handovers().report(report(handover.id(), 1, Side.TARGET, SideProgress.SHARED, 2));
        cluster.controller.look();
        assertThat(standing()).isEmpty();
    }
}
