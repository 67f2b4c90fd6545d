package io.lockstep.controller.intervention;

import io.lockstep.controller.handover.Deadlines;
import io.lockstep.controller.handover.Handover;
import io.lockstep.controller.handover.Handovers;
import io.lockstep.controller.host.CallLimit;
import io.lockstep.controller.host.Hosts;
import io.lockstep.controller.host.Participant;
import io.lockstep.controller.host.WakeAnswer;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.HandoverAlarms.Look;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.Side;
import io.lockstep.core.handover.SideProgress;
import io.lockstep.core.rule.CloseRules;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Closes a handover by hand, for a side that will never say that it has.
 *
 * <p>Guarantee: only the controller's record changes. A side that needs the handover after all says so, and it is open again.
 */
public final class Closing {

    private final Hosts hosts;
    private final Handovers handovers;
    private final InstantSource clock;
    private final Deadlines deadlines;

    public Closing(Hosts hosts, Handovers handovers, InstantSource clock, Deadlines deadlines) {
        this.hosts = hosts;
        this.handovers = handovers;
        this.clock = clock;
        this.deadlines = deadlines;
    }

    /** @return empty when no such handover is open here */
    public Optional<Outcome> close(HandoverId id, Asked asked) {
        return handovers.find(id).filter(Handover::open).map(h -> close(h, asked));
    }

    private Outcome close(Handover handover, Asked asked) {
        if (hosts.gathering()) {
            return new Outcome(
                    List.of(),
                    List.of("the controller has just started, and hosts may not have registered"
                            + " again yet: try again in a minute"));
        }
        CloseRules.Seen target = seen(handover, Side.TARGET);
        CloseRules.Seen source = seen(handover, Side.SOURCE);
        List<Look> looks = List.of(new Look(source.host(), source.own()), new Look(target.host(), target.own()));
        List<String> refusals = CloseRules.refusals(source, target);
        if (!refusals.isEmpty()) {
            handovers.note(
                    handover.id(),
                    Optional.empty(),
                    "not closed, as asked for " + asked.words() + ": " + String.join("; ", refusals));
            return new Outcome(looks, refusals);
        }
        for (CloseRules.Seen side : List.of(source, target)) {
            handovers.conclude(
                    handover.id(),
                    side.side(),
                    side.own().present() ? SideProgress.HOLDS : SideProgress.GONE,
                    "closed by hand " + asked.words() + ": " + words(side));
        }
        return new Outcome(looks, List.of());
    }

    private static String words(CloseRules.Seen side) {
        return side.answer() == CloseRules.Answer.FORGOTTEN
                ? "this host was forgotten"
                : "the handover is not open here, and the domain is "
                        + (side.own().present() ? "active" : "absent");
    }

    private CloseRules.Seen seen(Handover handover, Side side) {
        HostName host = handover.host(side);
        if (hosts.view(host).isEmpty()) {
            return new CloseRules.Seen(host, side, CloseRules.Answer.FORGOTTEN, OwnDomain.UNKNOWN);
        }
        Participant agent = hosts.participant(host);
        SideProgress peer = handover.side(Handover.other(side)).progress();
        CloseRules.Answer answer =
                switch (agent.wake(handover.id(), handover.domain(), handover.epoch(), peer, limit())) {
                    case WakeAnswer.Report report ->
                        report.report().progress().closed() ? CloseRules.Answer.NOT_OPEN : CloseRules.Answer.OPEN;
                    case WakeAnswer.NotOpen ignored -> CloseRules.Answer.NOT_OPEN;
                    case WakeAnswer.Silent ignored -> CloseRules.Answer.SILENT;
                };
        OwnDomain own =
                answer == CloseRules.Answer.SILENT ? OwnDomain.UNKNOWN : agent.observe(handover.domain(), limit());
        return new CloseRules.Seen(host, side, answer, own);
    }

    private CallLimit limit() {
        return CallLimit.until(clock.instant().plus(deadlines.look()));
    }
}
