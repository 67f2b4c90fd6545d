package io.lockstep.controller.handover;

import static io.lockstep.controller.fake.Samples.attention;
import static io.lockstep.controller.fake.Samples.report;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.controller.handover.Handover.Change;
import io.lockstep.controller.handover.SideView.Basis;
import io.lockstep.controller.host.SideReport;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.HandoverPhase;
import io.lockstep.core.handover.Side;
import io.lockstep.core.handover.SideProgress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of a handover by one thing heard. */
class HandoverTest {

    private static final HandoverId ID = new HandoverId(new UUID(1, 1));
    private static final Instant NOW = Instant.parse("2026-11-22T20:01:00Z");
    private static final Duration GRACE = Duration.ofSeconds(10);

    private static Handover of(SideReport... reports) {
        Handover handover = Handover.rebuilt(reports[0], NOW);
        for (SideReport each : reports) {
            handover = handover.heard(each, NOW, true).after();
        }
        return handover;
    }

    private static SideReport source(SideProgress progress, int second) {
        return report(ID, 3, Side.SOURCE, progress, second);
    }

    private static SideReport target(SideProgress progress, int second) {
        return report(ID, 3, Side.TARGET, progress, second);
    }

    static List<Arguments> phases() {
        return List.of(
                Arguments.of(SideProgress.SHARED, null, HandoverPhase.SHARING, false),
                Arguments.of(SideProgress.SHARED, SideProgress.SHARING, HandoverPhase.SHARING, false),
                Arguments.of(SideProgress.SHARED, SideProgress.SHARED, HandoverPhase.SHARED, false),
                Arguments.of(SideProgress.RELEASING, SideProgress.SHARED, HandoverPhase.COMMITTING, false),
                Arguments.of(SideProgress.GONE, SideProgress.SHARED, HandoverPhase.COMMITTING, false),
                Arguments.of(SideProgress.SHARED, SideProgress.ASKING, HandoverPhase.COMMITTING, false),
                Arguments.of(SideProgress.GONE, SideProgress.HOLDS, HandoverPhase.COMMITTED, true),
                Arguments.of(SideProgress.SHARED, SideProgress.RELEASING, HandoverPhase.REVERTING, false),
                Arguments.of(SideProgress.ASKING, SideProgress.SHARED, HandoverPhase.REVERTING, false),
                Arguments.of(SideProgress.HOLDS, SideProgress.GONE, HandoverPhase.REVERTED, true),
                Arguments.of(SideProgress.GONE, SideProgress.GONE, HandoverPhase.REVERTED, true));
    }

    @ParameterizedTest(name = "source {0}, target {1}: {2}")
    @MethodSource("phases")
    void the_phase_follows_from_both_sides(
            SideProgress source, SideProgress target, HandoverPhase phase, boolean closed) {
        // The first word of a side that opened it is never a closed one.
        Handover handover = of(source(SideProgress.SHARED, 0), source(source, 1));
        if (target != null) {
            handover = handover.heard(target(target, 1), NOW, true).after();
        }
        assertThat(handover.phase()).isEqualTo(phase);
        assertThat(handover.closedAt().isPresent()).isEqualTo(closed);
    }

    static List<Arguments> harmless() {
        SideReport shared = source(SideProgress.SHARED, 10);
        return List.of(
                Arguments.of("the same again", shared, shared),
                Arguments.of("one that was overtaken", shared, source(SideProgress.SHARING, 4)),
                Arguments.of("one of a lower epoch", shared, report(ID, 2, Side.SOURCE, SideProgress.ASKING, 11)),
                Arguments.of("one of a higher epoch", shared, report(ID, 4, Side.SOURCE, SideProgress.ASKING, 11)),
                Arguments.of(
                        "one of another handover",
                        shared,
                        report(new HandoverId(new UUID(1, 2)), 3, Side.SOURCE, SideProgress.ASKING, 11)),
                Arguments.of(
                        "one of the other host's about this side",
                        shared,
                        new SideReport(
                                ID,
                                shared.epoch(),
                                shared.domain(),
                                shared.domainName(),
                                Side.SOURCE,
                                /* host= */ shared.peer(),
                                /* peer= */ shared.host(),
                                shared.volumes(),
                                SideProgress.ASKING,
                                OwnDomain.ACTIVE,
                                "",
                                shared.openedAt(),
                                shared.reportedAt().plusSeconds(1))),
                Arguments.of(
                        "anything after this side closed",
                        source(SideProgress.HOLDS, 10),
                        source(SideProgress.SHARED, 20)),
                Arguments.of(
                        "another way of having closed", source(SideProgress.HOLDS, 10), source(SideProgress.GONE, 20)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("harmless")
    void nothing_changes_by(String name, SideReport before, SideReport after) {
        Handover handover = of(source(SideProgress.SHARED, 0), before);

        Change change = handover.heard(after, NOW, true);

        assertThat(change.after().side(Side.SOURCE).sameWords(handover.side(Side.SOURCE)))
                .isTrue();
        assertThat(change.events()).isEmpty();
    }

    @Test
    void a_clock_that_was_set_back_is_believed_after_a_minute() {
        Handover handover = of(source(SideProgress.SHARED, 3600));

        assertThat(handover.heard(source(SideProgress.ASKING, 0), NOW, true)
                        .after()
                        .sourceSide()
                        .progress())
                .isEqualTo(SideProgress.ASKING);
    }

    @Test
    void a_side_that_is_open_may_change_its_mind() {
        Handover handover =
                of(source(SideProgress.SHARED, 0), source(SideProgress.ASKING, 1), source(SideProgress.SHARED, 2));

        assertThat(handover.sourceSide().progress()).isEqualTo(SideProgress.SHARED);
    }

    @Test
    void attention_comes_and_goes_with_an_event_each() {
        Handover handover = of(source(SideProgress.SHARED, 0));

        Change comes = handover.heard(attention(source(SideProgress.SHARED, 1), "look here"), NOW, true);
        assertThat(comes.events())
                .singleElement()
                .satisfies(e -> assertThat(e.text()).isEqualTo("attention: look here"));
        Change goes = comes.after().heard(source(SideProgress.SHARED, 2), NOW, true);
        assertThat(goes.events())
                .singleElement()
                .satisfies(e -> assertThat(e.text()).contains("no attention any more"));
    }

    static List<Arguments> missing() {
        return List.of(
                Arguments.of("too soon after it was heard of", 9, OwnDomain.ABSENT, null),
                Arguments.of("its libvirt is silent", 60, OwnDomain.UNKNOWN, null),
                Arguments.of("the guest is not there", 10, OwnDomain.ABSENT, SideProgress.GONE),
                Arguments.of("the guest is there", 10, OwnDomain.ACTIVE, SideProgress.HOLDS));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("missing")
    void a_fresh_inventory_without_the_handover_means_that_the_side_takes_no_part(
            String name, int seconds, OwnDomain own, SideProgress expected) {
        Handover handover = of(source(SideProgress.SHARED, 0));

        SideView target = handover.missing(Side.TARGET, own, NOW.plusSeconds(seconds), GRACE)
                .after()
                .targetSide();

        assertThat(target.basis()).isEqualTo(expected == null ? Basis.NOTHING : Basis.CONCLUDED);
        if (expected != null) {
            assertThat(target.progress()).isEqualTo(expected);
        }
    }

    @Test
    void a_sides_own_word_replaces_a_conclusion_and_opens_the_handover_again() {
        Handover closed = of(source(SideProgress.SHARED, 0), source(SideProgress.HOLDS, 1))
                .missing(Side.TARGET, OwnDomain.ABSENT, NOW.plusSeconds(20), GRACE)
                .after();
        assertThat(closed.phase()).isEqualTo(HandoverPhase.REVERTED);
        assertThat(closed.open()).isFalse();

        Handover again = closed.heard(target(SideProgress.SHARED, 5), NOW.plusSeconds(21), true)
                .after();
        assertThat(again.open()).isTrue();
        assertThat(again.phase()).isEqualTo(HandoverPhase.REVERTING);

        Handover superseded = closed.heard(target(SideProgress.SHARED, 5), NOW.plusSeconds(21), false)
                .after();
        assertThat(superseded.open()).as("a later handover is open").isFalse();
    }
}
