package io.lockstep.controller.handover;

import io.lockstep.controller.host.SideReport;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.SideProgress;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;

/**
 * One side of a handover as the controller knows it.
 *
 * @param own what the side last saw of its domain
 * @param attention why a person should look; empty when nothing is wrong
 * @param reportedAt of the latest report, by the side's clock
 * @param heardAt when the side was last heard of, by the controller's clock
 */
public record SideView(
        SideProgress progress, Basis basis, OwnDomain own, String attention, Instant reportedAt, Instant heardAt) {

    /**
     * A report that is older than the latest by less than this was overtaken on its way; one that is older by more comes from a
     * clock that was set back.
     */
    private static final Duration OVERTAKEN = Duration.ofMinutes(1);

    /** Where the progress is known from; in the order in which each goes beyond the one before. */
    public enum Basis {
        /** The side has not said anything; SHARING stands for that. */
        NOTHING,
        /** The side's own word. */
        REPORTED,
        /** The controller's conclusion, which the side's own word replaces. */
        CONCLUDED
    }

    static SideView silent(Instant now) {
        return new SideView(SideProgress.SHARING, Basis.NOTHING, OwnDomain.UNKNOWN, "", Instant.EPOCH, now);
    }

    static SideView said(SideProgress progress, Instant now) {
        return new SideView(progress, Basis.REPORTED, OwnDomain.UNKNOWN, "", Instant.EPOCH, now);
    }

    SideView concluded(SideProgress conclusion, Instant now) {
        return new SideView(conclusion, Basis.CONCLUDED, own, "", reportedAt, now);
    }

    SideView heard(SideReport report, Instant now) {
        return new SideView(
                report.progress(), Basis.REPORTED, report.own(), report.attention(), report.reportedAt(), now);
    }

    /** What two controllers know of one side: its own last word, then the latest one, then what was concluded from that. */
    SideView merged(SideView other) {
        Comparator<SideView> knowing = Comparator.comparing(SideView::finished)
                .thenComparing(SideView::reportedAt)
                .thenComparing(SideView::basis);
        return knowing.compare(this, other) >= 0 ? this : other.heardAt(heardAt);
    }

    SideView heardAt(Instant now) {
        return new SideView(progress, basis, own, attention, reportedAt, now);
    }

    public boolean closed() {
        return progress.closed();
    }

    /** Whether the side itself said that it has closed: nothing changes that any more. */
    boolean finished() {
        return closed() && basis == Basis.REPORTED;
    }

    /** An end is never overtaken: a side does not open again what it has closed. */
    boolean overtaken(SideReport report) {
        return !report.progress().closed()
                && report.reportedAt().isBefore(reportedAt)
                && Duration.between(report.reportedAt(), reportedAt).compareTo(OVERTAKEN) < 0;
    }

    boolean sameWords(SideView other) {
        return progress == other.progress
                && basis == other.basis
                && own == other.own
                && attention.equals(other.attention);
    }
}
