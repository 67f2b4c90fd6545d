package io.lockstep.core.handover;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.core.domain.HostName;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.HandoverAlarms.Alarm;
import io.lockstep.core.handover.HandoverAlarms.Kind;
import io.lockstep.core.handover.HandoverAlarms.Look;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class HandoverAlarmsTest {

    private static final HostName H1 = new HostName("h1");
    private static final HostName H2 = new HostName("h2");
    private static final HostName H3 = new HostName("h3");

    @ParameterizedTest(name = "target {0}, source {1}, target {2}, source {3}: {4}")
    @CsvSource(textBlock = """
                    ACTIVE,           ACTIVE,           ACTIVE,           ACTIVE,           true
                    POST_COPY,        ACTIVE,           POST_COPY,        ACTIVE,           true
                    ACTIVE,           ACTIVE,           ACTIVE,           ABSENT,           false
                    ACTIVE,           ACTIVE,           ABSENT,           ACTIVE,           false
                    ACTIVE,           ABSENT,           ACTIVE,           ACTIVE,           false
                    ABSENT,           ACTIVE,           ACTIVE,           ACTIVE,           false
                    ACTIVE,           PAUSED_MIGRATING, ACTIVE,           PAUSED_MIGRATING, false
                    ACTIVE,           OUTGOING,         ACTIVE,           OUTGOING,         false
                    ACTIVE,           POST_COPY_PAUSED, ACTIVE,           POST_COPY_PAUSED, false
                    ACTIVE,           UNKNOWN,          ACTIVE,           UNKNOWN,          false
                    UNKNOWN,          ACTIVE,           UNKNOWN,          ACTIVE,           false
                    PAUSED_MIGRATING, ACTIVE,           PAUSED_MIGRATING, ACTIVE,           false
                    STARTING,         ACTIVE,           STARTING,         ACTIVE,           false
                    """)
    void only_four_looks_that_agree_make_a_double_run(
            OwnDomain target1, OwnDomain source1, OwnDomain target2, OwnDomain source2, boolean alarm) {
        assertThat(HandoverAlarms.doubleRun(
                                new Look(H2, target1),
                                new Look(H1, source1),
                                new Look(H2, target2),
                                new Look(H1, source2))
                        .isPresent())
                .isEqualTo(alarm);
    }

    @Test
    void a_double_run_names_both_hosts_and_what_to_do() {
        assertThat(HandoverAlarms.doubleRun(
                        new Look(H2, OwnDomain.ACTIVE),
                        new Look(H1, OwnDomain.ACTIVE),
                        new Look(H2, OwnDomain.ACTIVE),
                        new Look(H1, OwnDomain.ACTIVE)))
                .hasValueSatisfying(alarm -> {
                    assertThat(alarm.kind()).isEqualTo(Kind.DOUBLE_RUN);
                    assertThat(alarm.hosts()).containsExactly(H1, H2);
                    assertThat(alarm.text()).contains("h1", "h2", "virsh destroy");
                });
    }

    @ParameterizedTest
    @EnumSource(OwnDomain.class)
    void a_source_is_left_over_only_when_it_stands_paused_and_the_target_runs(OwnDomain source) {
        assertThat(HandoverAlarms.leftOver(new Look(H2, OwnDomain.ACTIVE), new Look(H1, source))
                        .isPresent())
                .isEqualTo(source == OwnDomain.PAUSED_MIGRATING);
        assertThat(HandoverAlarms.leftOver(new Look(H2, OwnDomain.PAUSED_MIGRATING), new Look(H1, source)))
                .isEmpty();
        assertThat(HandoverAlarms.leftOver(new Look(H2, OwnDomain.UNKNOWN), new Look(H1, source)))
                .isEmpty();
    }

    @Test
    void a_left_over_source_is_never_to_be_resumed() {
        assertThat(HandoverAlarms.leftOver(new Look(H2, OwnDomain.ACTIVE), new Look(H1, OwnDomain.PAUSED_MIGRATING))
                        .map(Alarm::text))
                .hasValueSatisfying(text -> assertThat(text).contains("virsh destroy on h1", "never resume it"));
    }

    @Test
    void a_host_that_takes_no_part_is_a_third_host() {
        assertThat(HandoverAlarms.thirdHost(H1, H2, List.of(H1, H2))).isEmpty();
        assertThat(HandoverAlarms.thirdHost(H1, H2, List.of())).isEmpty();
        assertThat(HandoverAlarms.thirdHost(H1, H2, List.of(H3, H1))).hasValueSatisfying(alarm -> {
            assertThat(alarm.kind()).isEqualTo(Kind.THIRD_HOST);
            assertThat(alarm.hosts()).containsExactly(H1, H3);
            assertThat(alarm.text()).contains("active on h3", "from h1 to h2");
        });
    }
}
