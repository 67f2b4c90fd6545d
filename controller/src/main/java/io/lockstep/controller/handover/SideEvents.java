package io.lockstep.controller.handover;

import io.lockstep.controller.handover.SideView.Basis;
import io.lockstep.controller.host.SideReport;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.Side;
import io.lockstep.core.handover.SideProgress;
import io.lockstep.core.handover.SideStep;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a report tells of its side that was not known, in words. */
final class SideEvents {

    private SideEvents() {}

    static List<HandoverEvent> of(SideView before, SideReport report, Instant now) {
        List<HandoverEvent> events = new ArrayList<>();
        SideStep last = new SideStep(before.reportedAt(), before.progress(), before.own(), before.attention());
        boolean said = before.basis() == Basis.REPORTED;
        for (SideStep step : steps(before, report)) {
            words(report, last, step, said)
                    .forEach(text -> events.add(
                            new HandoverEvent(now, Optional.of(report.host()), text, Optional.of(step.at()))));
            last = step;
            said = true;
        }
        return events;
    }

    /** Those since the last report; what the report itself says is the latest one, also where its agent counts none. */
    private static List<SideStep> steps(SideView before, SideReport report) {
        List<SideStep> steps = new ArrayList<>(report.steps().stream()
                .filter(s -> s.at().isAfter(before.reportedAt()))
                .toList());
        SideStep present = new SideStep(report.reportedAt(), report.progress(), report.own(), report.attention());
        if (steps.isEmpty() || !steps.getLast().sameWords(present)) {
            steps.add(present);
        }
        return steps;
    }

    private static List<String> words(SideReport report, SideStep before, SideStep after, boolean said) {
        List<String> words = new ArrayList<>();
        if (after.progress() != before.progress() || !said) {
            words.add(words(report.side(), after.progress()));
        }
        if (after.own() != before.own() && after.own() != OwnDomain.UNKNOWN) {
            words.add("sees the domain " + words(after.own()));
        }
        if (!after.attention().equals(before.attention())) {
            words.add(after.attention().isEmpty() ? "needs no attention any more" : "attention: " + after.attention());
        }
        return words;
    }

    private static String words(Side side, SideProgress progress) {
        return switch (progress) {
            case SHARING -> "takes its shared locks";
            case SHARED -> "holds its volumes SHARED";
            case ASKING ->
                side == Side.SOURCE
                        ? "asks for its own modes: the migration failed"
                        : "asks for its own modes: the guest runs here";
            case RELEASING -> "releases: the guest is not here any more";
            case HOLDS -> "closed: holds what its claims need";
            case GONE -> "closed: holds nothing for this domain";
        };
    }

    private static String words(OwnDomain own) {
        return switch (own) {
            case UNKNOWN -> "not at all";
            case OUTGOING -> "migrating out";
            case STARTING -> "paused (starting up)";
            case PAUSED_MIGRATING -> "paused (migrating)";
            case POST_COPY -> "running in a post-copy migration";
            case POST_COPY_PAUSED -> "paused in a post-copy migration";
            case POST_COPY_FAILED -> "in a failed post-copy migration";
            case ACTIVE -> "active";
            case ABSENT -> "absent";
        };
    }
}
