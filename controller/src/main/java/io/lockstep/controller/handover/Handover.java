package io.lockstep.controller.handover;

import io.lockstep.controller.handover.SideView.Basis;
import io.lockstep.controller.host.SideReport;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverAlarms.Look;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.HandoverPhase;
import io.lockstep.core.handover.Side;
import io.lockstep.core.handover.SideProgress;
import io.lockstep.core.rule.Choice;
import io.lockstep.core.rule.Choices;
import io.lockstep.core.volume.Volume;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A handover as the controller knows it, and how that changes by what is heard.
 *
 * <p>Guarantees: hearing the same again changes nothing; a report of another handover or epoch, from another host, or that was
 * overtaken changes nothing; a side that said itself that it has closed stays closed.
 *
 * @param openedAt by the controller's clock
 */
public record Handover(
        HandoverId id,
        Epoch epoch,
        DomainUuid domain,
        String domainName,
        HostName source,
        HostName target,
        SortedSet<Volume> volumes,
        SideView sourceSide,
        SideView targetSide,
        Instant openedAt,
        Optional<Instant> closedAt) {

    public Handover {
        volumes = Collections.unmodifiableSortedSet(new TreeSet<>(volumes));
        // As exact as the database keeps it, so that what is read back is the same.
        openedAt = micros(openedAt);
        closedAt = closedAt.map(Handover::micros);
    }

    /** What becomes of a handover by one thing heard; without events nothing changed that anybody wants to know. */
    public record Change(Handover after, List<HandoverEvent> events) {
        public Change {
            events = List.copyOf(events);
        }

        static Change none(Handover handover) {
            return new Change(handover, List.of());
        }
    }

    /** From a side's report alone, when the controller has lost its memory. */
    static Handover rebuilt(SideReport report, Instant now) {
        return learned(report, now).after();
    }

    /** The same, with what the side went through until then. */
    static Change learned(SideReport report, Instant now) {
        Handover empty = new Handover(
                report.id(),
                report.epoch(),
                report.domain(),
                report.domainName(),
                report.source(),
                report.target(),
                report.volumes(),
                SideView.silent(now),
                SideView.silent(now),
                now,
                Optional.empty());
        Change heard = empty.heard(report, now, true);
        // Without steps nothing has happened yet that anybody would want to know.
        return report.steps().isEmpty() ? Change.none(heard.after()) : heard;
    }

    public HandoverPhase phase() {
        return HandoverPhase.of(sourceSide.progress(), targetSide.progress());
    }

    public boolean open() {
        return closedAt.isEmpty();
    }

    public SideView side(Side side) {
        return side == Side.SOURCE ? sourceSide : targetSide;
    }

    public HostName host(Side side) {
        return side == Side.SOURCE ? source : target;
    }

    /** What each side saw last of its own domain; nothing of a side that has not said. */
    public List<Look> seen() {
        return Stream.of(Side.values())
                .filter(s -> side(s).basis() != Basis.NOTHING)
                .map(s -> new Look(host(s), side(s).own()))
                .toList();
    }

    /** What a person can safely do about a side; nothing about one that asks for no attention. */
    public List<Choice> choices(Side side) {
        return side(side).attention().isEmpty()
                ? List.of()
                : Choices.attention(
                        domainName,
                        id,
                        side,
                        host(side),
                        host(other(side)),
                        side(side).own());
    }

    public static Side other(Side side) {
        return side == Side.SOURCE ? Side.TARGET : Side.SOURCE;
    }

    /** The sides that have not closed. */
    public List<Side> unclosed() {
        return List.of(Side.values()).stream().filter(s -> !side(s).closed()).toList();
    }

    /** For logs and people. */
    public String words() {
        return "handover " + id + " of " + domainName + " from " + source + " to " + target;
    }

    /** @param latest whether no later handover of the domain is known: only then may a wrong conclusion open it again */
    Change heard(SideReport report, Instant now, boolean latest) {
        SideView before = side(report.side());
        if (!report.id().equals(id)
                || !report.epoch().equals(epoch)
                || !report.host().equals(host(report.side()))
                || before.finished()
                || before.overtaken(report)) {
            return Change.none(this);
        }
        SideView after = before.heard(report, now);
        List<HandoverEvent> events = SideEvents.of(before, report, now);
        // The source alone knows which volumes it shares; a target may add some of its own.
        SortedSet<Volume> shared = volumes.isEmpty() ? report.volumes() : volumes;
        return settled(report.side(), after, shared, now, latest, events);
    }

    /** A fresh inventory of that side's host does not list this handover, and shows the domain like this. */
    Change missing(Side side, OwnDomain own, Instant now, Duration grace) {
        SideView before = side(side);
        if (before.closed()
                || own == OwnDomain.UNKNOWN
                || now.isBefore(before.heardAt().plus(grace))) {
            return Change.none(this);
        }
        return concluded(
                side,
                own.present() ? SideProgress.HOLDS : SideProgress.GONE,
                before.basis() == Basis.NOTHING
                        ? "takes no part: its inventory does not list this handover"
                        : "its inventory does not list this handover any more",
                now);
    }

    /** The controller is sure of a side without its word. */
    Change concluded(Side side, SideProgress progress, String why, Instant now) {
        SideView before = side(side);
        if (before.closed()) {
            return Change.none(this);
        }
        List<HandoverEvent> events = new ArrayList<>();
        events.add(new HandoverEvent(now, Optional.of(host(side)), why));
        return settled(side, before.concluded(progress, now), volumes, now, true, events);
    }

    private Change settled(
            Side side,
            SideView view,
            SortedSet<Volume> shared,
            Instant now,
            boolean latest,
            List<HandoverEvent> events) {
        SideView newSource = side == Side.SOURCE ? view : sourceSide;
        SideView newTarget = side == Side.TARGET ? view : targetSide;
        boolean closed = newSource.closed() && newTarget.closed();
        Optional<Instant> closing = closed ? closedAt.or(() -> Optional.of(now)) : latest ? Optional.empty() : closedAt;
        Handover after = new Handover(
                id, epoch, domain, domainName, source, target, shared, newSource, newTarget, openedAt, closing);
        if (closedAt.isEmpty() && closing.isPresent()) {
            events.add(new HandoverEvent(
                    now,
                    Optional.empty(),
                    after.phase() == HandoverPhase.COMMITTED
                            ? "closed: the domain has moved to " + target
                            : "closed: the domain has not moved"));
        }
        if (closedAt.isPresent() && closing.isEmpty()) {
            events.add(new HandoverEvent(now, Optional.empty(), "open again: this side has not closed after all"));
        }
        return new Change(after, events);
    }

    /** The source has answered once more, because its target asked again: a side's own word counts more than that. */
    Handover again(Handover answered) {
        SideView newSource = sourceSide.basis() == Basis.REPORTED ? sourceSide : answered.sourceSide;
        SideView newTarget = targetSide.basis() == Basis.REPORTED ? targetSide : answered.targetSide;
        return new Handover(
                id,
                answered.epoch,
                domain,
                domainName,
                source,
                target,
                answered.volumes,
                newSource,
                newTarget,
                openedAt,
                newSource.closed() && newTarget.closed()
                        ? closedAt.or(() -> Optional.of(answered.openedAt))
                        : Optional.empty());
    }

    /** As from a former life: how long its sides are silent counts from now. */
    Handover heardAt(Instant now) {
        return with(sourceSide.heardAt(now), targetSide.heardAt(now), closedAt);
    }

    /** The same with other views of its sides, and of when it closed. */
    public Handover with(SideView newSource, SideView newTarget, Optional<Instant> closing) {
        return new Handover(
                id, epoch, domain, domainName, source, target, volumes, newSource, newTarget, openedAt, closing);
    }

    /** The same handover as another controller knows it, together with this. */
    public Handover merged(Handover other, Instant now) {
        SideView newSource = sourceSide.merged(other.sourceSide);
        SideView newTarget = targetSide.merged(other.targetSide);
        Optional<Instant> first = closedAt.flatMap(
                mine -> Optional.of(other.closedAt.filter(o -> o.isBefore(mine)).orElse(mine)));
        Optional<Instant> closing = newSource.closed() && newTarget.closed()
                ? first.or(other::closedAt).or(() -> Optional.of(now))
                : other.closedAt.isPresent() ? first : Optional.empty();
        return new Handover(
                id,
                epoch.highest(other.epoch),
                domain,
                domainName,
                source,
                target,
                volumes.isEmpty() ? other.volumes : volumes,
                newSource,
                newTarget,
                openedAt.isBefore(other.openedAt) ? openedAt : other.openedAt,
                closing);
    }

    /** Whether a database would keep the same of both. */
    public boolean sameRow(Handover other) {
        return sourceSide.heardAt(Instant.EPOCH).equals(other.sourceSide.heardAt(Instant.EPOCH))
                && targetSide.heardAt(Instant.EPOCH).equals(other.targetSide.heardAt(Instant.EPOCH))
                && epoch.equals(other.epoch)
                && volumes.equals(other.volumes)
                && openedAt.equals(other.openedAt)
                && closedAt.equals(other.closedAt);
    }

    private static Instant micros(Instant at) {
        return at.truncatedTo(ChronoUnit.MICROS);
    }
}
