package io.lockstep.core.rule;

import static io.lockstep.core.domain.OwnDomain.ABSENT;
import static io.lockstep.core.domain.OwnDomain.ACTIVE;
import static io.lockstep.core.domain.OwnDomain.OUTGOING;
import static io.lockstep.core.domain.OwnDomain.PAUSED_MIGRATING;
import static io.lockstep.core.domain.OwnDomain.POST_COPY;
import static io.lockstep.core.domain.OwnDomain.POST_COPY_FAILED;
import static io.lockstep.core.domain.OwnDomain.STARTING;
import static io.lockstep.core.domain.OwnDomain.UNKNOWN;
import static io.lockstep.core.rule.CloseRules.Answer.FORGOTTEN;
import static io.lockstep.core.rule.CloseRules.Answer.NOT_OPEN;
import static io.lockstep.core.rule.CloseRules.Answer.OPEN;
import static io.lockstep.core.rule.CloseRules.Answer.SILENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lockstep.core.domain.HostName;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.HandoverAlarms;
import io.lockstep.core.handover.HandoverAlarms.Look;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.Side;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a person may do by hand, and what is shown as safe. */
class ByHandRulesTest {

    private static final HostName H1 = new HostName("h1");
    private static final HostName H2 = new HostName("h2");
    private static final HandoverId ID = new HandoverId(new UUID(0, 7));

    static Stream<Arguments> closings() {
        return Stream.of(
                arguments("over on both", NOT_OPEN, ABSENT, NOT_OPEN, ACTIVE, ""),
                arguments("stopped since", NOT_OPEN, ABSENT, NOT_OPEN, ABSENT, ""),
                arguments("the target is gone for good", NOT_OPEN, ABSENT, FORGOTTEN, UNKNOWN, ""),
                arguments("the source is gone for good", FORGOTTEN, UNKNOWN, NOT_OPEN, ACTIVE, ""),
                arguments("both are", FORGOTTEN, UNKNOWN, FORGOTTEN, UNKNOWN, ""),
                arguments("the target is silent", NOT_OPEN, ABSENT, SILENT, UNKNOWN, "h2 (target) does not answer"),
                arguments("the source is silent", SILENT, UNKNOWN, NOT_OPEN, ACTIVE, "h1 (source) does not answer"),
                arguments("the target asks", NOT_OPEN, ABSENT, OPEN, ACTIVE, "h2 (target) still needs it: its guest"),
                arguments("the source releases", OPEN, ABSENT, NOT_OPEN, ACTIVE, "still gives its locks up"),
                arguments("copying", OPEN, OUTGOING, NOT_OPEN, ABSENT, "must stay SHARED (I1)"),
                arguments("left over", OPEN, PAUSED_MIGRATING, NOT_OPEN, ACTIVE, "must stay SHARED (I1)"),
                arguments("post-copy failed", OPEN, POST_COPY_FAILED, FORGOTTEN, UNKNOWN, "must stay SHARED (I1)"),
                arguments("open, libvirt silent", NOT_OPEN, ABSENT, OPEN, UNKNOWN, "does not tell of the guest"),
                arguments("libvirt silent", NOT_OPEN, UNKNOWN, NOT_OPEN, ACTIVE, "its libvirt does not tell"),
                arguments(
                        "a migration nobody knows",
                        NOT_OPEN,
                        OUTGOING,
                        NOT_OPEN,
                        ABSENT,
                        "in the middle of a migration"),
                arguments("twice", NOT_OPEN, ACTIVE, NOT_OPEN, ACTIVE, "must not leave anybody's sight (I3)"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("closings")
    void a_handover_is_closed_by_hand_only_where_no_side_needs_it(
            String row,
            CloseRules.Answer source,
            OwnDomain onSource,
            CloseRules.Answer target,
            OwnDomain onTarget,
            String reason) {
        List<String> reasons = CloseRules.refusals(
                new CloseRules.Seen(H1, Side.SOURCE, source, onSource),
                new CloseRules.Seen(H2, Side.TARGET, target, onTarget));

        if (reason.isEmpty()) {
            assertThat(reasons).isEmpty();
        } else {
            assertThat(reasons).singleElement().asString().contains(reason);
        }
    }

    private static Optional<String> suspend(OwnDomain other1, OwnDomain asked1, OwnDomain other2, OwnDomain asked2) {
        Look last = new Look(H1, asked2);
        return SuspendRules.refusal(
                "web",
                last,
                List.of(new SuspendRules.Pair(new Look(H2, other1), new Look(H1, asked1), new Look(H2, other2), last)));
    }

    @Test
    void one_of_two_that_run_may_be_suspended() {
        assertThat(suspend(ACTIVE, ACTIVE, ACTIVE, ACTIVE)).isEmpty();
        assertThat(suspend(POST_COPY, ACTIVE, POST_COPY, ACTIVE)).isEmpty();
    }

    static Stream<Arguments> notSuspended() {
        return Stream.of(
                arguments("runs once", ABSENT, ACTIVE, ABSENT, ACTIVE, "would stop the only one"),
                arguments("the other is silent", UNKNOWN, ACTIVE, UNKNOWN, ACTIVE, "(h2 does not tell)"),
                arguments("moved here between the pairs", ACTIVE, ABSENT, ABSENT, ACTIVE, "would stop the only one"),
                arguments("arrives there", STARTING, OUTGOING, STARTING, OUTGOING, "is in a migration"),
                arguments("left over", ACTIVE, PAUSED_MIGRATING, ACTIVE, PAUSED_MIGRATING, "must never be resumed"),
                arguments("not here", ACTIVE, ABSENT, ACTIVE, ABSENT, "does not run on h1"),
                arguments("silent here", ACTIVE, UNKNOWN, ACTIVE, UNKNOWN, "does not tell of web"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("notSuspended")
    void no_other_guest_is(
            String row, OwnDomain other1, OwnDomain asked1, OwnDomain other2, OwnDomain asked2, String reason) {
        assertThat(suspend(other1, asked1, other2, asked2))
                .hasValueSatisfying(r -> assertThat(r).contains(reason));
    }

    @ParameterizedTest
    @EnumSource(HandoverAlarms.Kind.class)
    void every_alarm_has_choices_and_none_resumes_a_guest(HandoverAlarms.Kind kind) {
        List<Choice> choices = Choices.of(
                kind,
                "web",
                new TreeSet<>(Set.of(H1, H2)),
                List.of(new Look(H2, ACTIVE), new Look(H1, PAUSED_MIGRATING)));

        assertThat(choices)
                .isNotEmpty()
                .noneSatisfy(c -> assertThat(c.command()).contains("resume"));
    }

    @ParameterizedTest
    @EnumSource(OwnDomain.class)
    void whatever_a_side_sees_there_is_something_to_do(OwnDomain own) {
        assertThat(Choices.attention("web", ID, Side.SOURCE, H1, H2, own)).isNotEmpty();
    }

    @Test
    void of_a_left_over_the_paused_one_is_destroyed_and_no_other() {
        assertThat(Choices.of(
                        HandoverAlarms.Kind.LEFT_OVER,
                        "web",
                        new TreeSet<>(Set.of(H1, H2)),
                        List.of(new Look(H2, ACTIVE), new Look(H1, PAUSED_MIGRATING))))
                .singleElement()
                .satisfies(c -> {
                    assertThat(c.on()).contains(H1);
                    assertThat(c.command()).isEqualTo("virsh destroy web");
                });
    }

    @Test
    void a_name_that_a_shell_would_act_on_is_quoted() {
        assertThat(Choices.of(HandoverAlarms.Kind.DOUBLE_RUN, "it's; web", new TreeSet<>(Set.of(H1, H2)), List.of())
                        .getLast()
                        .command())
                .isEqualTo("virsh destroy 'it'\\''s; web'");
    }
}
