package io.lockstep.controller.handover;

import io.lockstep.controller.handover.BeginOutcome.Abandoned;
import io.lockstep.controller.handover.BeginOutcome.NobodyRunsIt;
import io.lockstep.controller.handover.BeginOutcome.Opened;
import io.lockstep.controller.handover.BeginOutcome.Refused;
import io.lockstep.controller.handover.SourceSearch.Finding;
import io.lockstep.controller.host.CallLimit;
import io.lockstep.controller.host.Changes;
import io.lockstep.controller.host.Hosts;
import io.lockstep.controller.host.ShareAnswer;
import io.lockstep.controller.host.ShareOrder;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.Side;
import io.lockstep.core.handover.SideProgress;
import io.lockstep.core.volume.Volume;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens handovers.
 *
 * <p>Guarantees: libvirt is never asked, since a hook waits for the answer; whatever is in the way is looked at again on every
 * change, until its time is over; whenever the source may have shared and the target will not migrate, the source is told that
 * the target is gone, and goes back by itself; what is asked for again, after this controller or another one was cut off, is the
 * same handover.
 */
public final class Begin {

    /** An epoch can be stale once, because a host was away; more often only when two controllers open at once. */
    private static final int EPOCHS_TRIED = 5;

    private final Hosts hosts;
    private final Handovers handovers;
    private final Changes changes;
    private final InstantSource clock;
    private final Deadlines deadlines;
    private final Supplier<UUID> ids;

    public Begin(
            Hosts hosts,
            Handovers handovers,
            Changes changes,
            InstantSource clock,
            Deadlines deadlines,
            Supplier<UUID> ids) {
        this.hosts = hosts;
        this.handovers = handovers;
        this.changes = changes;
        this.clock = clock;
        this.deadlines = deadlines;
        this.ids = ids;
    }

    /** How one look ended. */
    private sealed interface Step {
        record Done(BeginOutcome outcome) implements Step {}

        /** Something is in the way that may go away: look again on a change, as long as there is time. */
        record InTheWay(BeginOutcome otherwise) implements Step {}

        /** There seems to be nothing to hand over; two inventories are never of one moment, so look again, but not long. */
        record Doubtful(BeginOutcome otherwise) implements Step {}
    }

    public BeginOutcome begin(BeginOrder order, CallLimit caller) {
        CallLimit limit = caller.within(clock.instant().plus(deadlines.begin()));
        // The source's share of the time is kept for it.
        Instant patience = limit.deadline().minus(deadlines.participant());
        limit.cancellation().onCancel(changes::changed);
        while (true) {
            long version = changes.version();
            Optional<BeginOutcome> outcome = handovers.inTurn(order.domain(), () -> begin(order, limit, patience));
            if (outcome.isPresent()) {
                return outcome.get();
            }
            if (gone(limit)) {
                return new Abandoned();
            }
            if (!clock.instant().isBefore(patience)) {
                return Refusals.anotherBegin(order);
            }
            changes.await(version, patience);
        }
    }

    private BeginOutcome begin(BeginOrder order, CallLimit limit, Instant patience) {
        Instant doubtful = null;
        while (!gone(limit)) {
            long version = changes.version();
            Instant until;
            BeginOutcome otherwise;
            switch (look(order, limit)) {
                case Step.Done done -> {
                    return done.outcome();
                }
                case Step.InTheWay way -> {
                    doubtful = null;
                    until = patience;
                    otherwise = way.otherwise();
                }
                case Step.Doubtful doubt -> {
                    doubtful = doubtful == null ? clock.instant() : doubtful;
                    until = earlier(doubtful.plus(deadlines.settle()), patience);
                    otherwise = doubt.otherwise();
                }
            }
            if (!clock.instant().isBefore(until)) {
                return otherwise;
            }
            changes.await(version, until);
        }
        return new Abandoned();
    }

    private static boolean gone(CallLimit limit) {
        return limit.cancellation().cancelled() || Thread.currentThread().isInterrupted();
    }

    private Step look(BeginOrder order, CallLimit limit) {
        List<Handover> open = handovers.open(order.domain());
        Finding finding = SourceSearch.find(hosts.view(), order.domain(), order.target(), hosts.gathering());
        @Nullable HostName source = finding instanceof Finding.Source found ? found.host() : null;
        Optional<Handover> blocking = open.stream()
                .filter(h -> !order.repeats(h))
                .filter(h -> blocks(h, source, order.target()))
                .findFirst();
        if (blocking.isPresent()) {
            return new Step.InTheWay(Refusals.handoverOpen(order, blocking.get()));
        }
        return switch (finding) {
            case Finding.Source found -> share(order, found.host(), open, limit);
            case Finding.Nobody ignored -> new Step.Done(new NobodyRunsIt());
            case Finding.ActiveTwice twice -> new Step.Doubtful(Refusals.activeTwice(order, twice));
            case Finding.ActiveOnTarget ignored -> new Step.Doubtful(Refusals.activeOnTarget(order));
            case Finding.HostsUnknown unknown -> new Step.Doubtful(Refusals.hostsUnknown(order, unknown.hosts()));
            case Finding.NotAllRegistered ignored -> new Step.InTheWay(Refusals.hostsMissing(order));
        };
    }

    /**
     * An open handover is in the way while one of its sides can still close it, or takes part in the new one. One that waits only
     * for hosts that are away is not: a host that burned down must not pin its guests to the other one for ever.
     */
    private boolean blocks(Handover open, @Nullable HostName source, HostName target) {
        return open.unclosed().stream()
                .map(open::host)
                .anyMatch(h -> hosts.connected(h) || h.equals(source) || h.equals(target));
    }

    private Step share(BeginOrder order, HostName source, List<Handover> abandoned, CallLimit limit) {
        HandoverId id = order.id().orElseGet(() -> new HandoverId(ids.get()));
        Optional<Epoch> continued = handovers.find(id).filter(order::repeats).map(Handover::epoch);
        Epoch known = order.highest()
                .highest(hosts.highestEpoch(order.domain()))
                .highest(handovers.highestEpoch(order.domain()));
        List<String> texts = new ArrayList<>();
        for (int tried = 0; tried < EPOCHS_TRIED; tried++) {
            Epoch epoch = tried == 0 ? continued.orElse(known.next()) : known.next();
            ShareOrder share =
                    new ShareOrder(id, epoch, order.domain(), order.domainName(), order.target(), order.volumes());
            ShareAnswer answer = hosts.participant(source)
                    .share(share, limit.within(clock.instant().plus(deadlines.participant())));
            switch (answer) {
                case ShareAnswer.Shared shared -> {
                    texts.add((continued.isPresent() ? "asked for again by " + order.target() + ": " : "opened: ")
                            + source + " shares " + names(shared.volumes()));
                    List<Handover> others =
                            abandoned.stream().filter(h -> !order.repeats(h)).toList();
                    return new Step.Done(
                            opened(order, source, share.under(shared.epoch()), shared.volumes(), others, texts, limit));
                }
                case ShareAnswer.StaleEpoch stale -> {
                    texts.add(source + " has seen epoch " + stale.highest()
                            + " for this domain; tried again with a higher one");
                    known = known.next().highest(stale.highest());
                }
                case ShareAnswer.AlreadyOpen already -> {
                    Optional<Handover> open = handovers.report(already.handover());
                    return new Step.InTheWay(Refusals.handoverOpen(
                            order, open.orElseGet(() -> Handover.rebuilt(already.handover(), clock.instant()))));
                }
                case ShareAnswer.NotHere ignored -> {
                    // It runs there without a claim, for example from files that are copied into volumes: nothing is
                    // shared, and
                    // the target has to be granted its own modes like at a start.
                    return new Step.Doubtful(new NobodyRunsIt());
                }
                case ShareAnswer.Refused refused -> {
                    return new Step.Done(refused(order, source, share, refused, texts));
                }
                case ShareAnswer.Silent silent -> {
                    return new Step.Done(silent(order, source, share, silent, texts, limit));
                }
            }
        }
        return new Step.Done(Refusals.staleForEver(order, source));
    }

    private BeginOutcome opened(
            BeginOrder order,
            HostName source,
            ShareOrder share,
            List<Volume> shared,
            List<Handover> abandoned,
            List<String> texts,
            CallLimit limit) {
        for (Handover each : abandoned) {
            for (Side side : each.unclosed()) {
                handovers.conclude(
                        each.id(),
                        side,
                        SideProgress.GONE,
                        "is away, and a later handover was opened without it; it settles by itself when it is back");
            }
        }
        Instant now = clock.instant();
        SideView sourceSide = SideView.said(SideProgress.SHARED, now);
        if (limit.passed(now)) {
            texts.add("the call of " + order.target() + " ended before the answer: " + source + " is told to go back");
            handovers.opened(handover(order, source, share, shared, sourceSide, neverTookPart(now), now), texts);
            return new Abandoned();
        }
        Handover handover = handover(order, source, share, shared, sourceSide, SideView.silent(now), now);
        return new Opened(handovers.opened(handover, texts));
    }

    private BeginOutcome refused(
            BeginOrder order, HostName source, ShareOrder share, ShareAnswer.Refused answer, List<String> texts) {
        Instant now = clock.instant();
        Refused refusal = Refusals.sourceRefused(order, source, answer);
        texts.add("refused: " + refusal.reason());
        Handover never = handover(
                order, source, share, order.volumes(), SideView.said(SideProgress.HOLDS, now), neverTookPart(now), now);
        handovers.opened(never.with(never.sourceSide(), never.targetSide(), Optional.of(now)), texts);
        return refusal;
    }

    private BeginOutcome silent(
            BeginOrder order,
            HostName source,
            ShareOrder share,
            ShareAnswer.Silent answer,
            List<String> texts,
            CallLimit limit) {
        Instant now = clock.instant();
        boolean left = limit.cancellation().cancelled();
        texts.add(
                left
                        ? "the call of " + order.target() + " was cancelled while " + source
                                + " was asked to share; in case it has, it is told to go back"
                        : source + " was asked to share and did not answer (" + answer.why()
                                + "); in case it has, it is told to go back");
        handovers.opened(
                handover(order, source, share, order.volumes(), SideView.silent(now), neverTookPart(now), now), texts);
        return left ? new Abandoned() : Refusals.sourceSilent(order, source, answer.why());
    }

    private static SideView neverTookPart(Instant now) {
        return SideView.silent(now).concluded(SideProgress.GONE, now);
    }

    private static Handover handover(
            BeginOrder order,
            HostName source,
            ShareOrder share,
            Collection<Volume> volumes,
            SideView sourceSide,
            SideView targetSide,
            Instant now) {
        return new Handover(
                share.id(),
                share.epoch(),
                order.domain(),
                order.domainName(),
                source,
                order.target(),
                new TreeSet<>(volumes),
                sourceSide,
                targetSide,
                now,
                Optional.empty());
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }

    private static String names(List<Volume> volumes) {
        return volumes.isEmpty()
                ? "nothing, since it uses none of the volumes"
                : volumes.stream().map(Volume::toString).collect(java.util.stream.Collectors.joining(", "));
    }
}
