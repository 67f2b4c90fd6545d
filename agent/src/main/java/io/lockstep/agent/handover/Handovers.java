package io.lockstep.agent.handover;

import io.lockstep.agent.lane.Lanes;
import io.lockstep.agent.libvirt.DomainWatch;
import io.lockstep.agent.state.AgentState;
import io.lockstep.agent.state.StateStore;
import io.lockstep.core.claim.Need;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.OpenHandover;
import io.lockstep.core.handover.Side;
import io.lockstep.core.handover.SideProgress;
import io.lockstep.core.handover.SideStep;
import io.lockstep.core.rule.ClaimRules;
import io.lockstep.core.rule.HandoverRules;
import io.lockstep.core.rule.HandoverStep;
import io.lockstep.core.rule.StuckRules;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.Volume;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * The open handovers of this host, source and target alike.
 *
 * <p>Guarantees: what a side does follows from its own observation and its own locks; a handover closes here when this side holds
 * what its claims need, or nothing; whoever is interested hears of every step, and hears again if he did not listen.
 */
public final class Handovers {

    private static final Logger LOG = Logger.getLogger(Handovers.class);

    private final StateStore state;
    private final DomainWatch watch;
    private final InstantSource clock;
    private final Consumer<SideView> report;
    private final Map<HandoverId, SideProgress> told = new ConcurrentHashMap<>();
    private final Steps steps = new Steps();

    /** @param report tells the controller; must not block */
    public Handovers(StateStore state, DomainWatch watch, InstantSource clock, Consumer<SideView> report) {
        this.state = state;
        this.watch = watch;
        this.clock = clock;
        this.report = report;
    }

    /** Whether a side would decide something if what was seen once is seen again: then the next look need not wait its turn. */
    public boolean waitForAnotherLook() {
        return state.get().handovers().keySet().stream()
                .map(watch::observation)
                .anyMatch(o -> o.looks() == 1 && o.domain() != OwnDomain.UNKNOWN);
    }

    /** What every lane needs of its volumes at this moment. */
    public SortedMap<Volume, Need> needs() {
        AgentState now = state.get();
        return ClaimRules.needs(now.claims().values(), settling(now));
    }

    private List<ClaimRules.Settling> settling(AgentState now) {
        Instant at = clock.instant();
        return now.handovers().values().stream()
                .map(h -> new ClaimRules.Settling(h.at(at), step(h, now).action()))
                .toList();
    }

    private HandoverStep step(OpenHandover open, AgentState now) {
        return HandoverRules.next(open, now.claimsOf(open.domain()), watch.observation(open.domain()), clock.instant());
    }

    /** Ends the claims of domains that are gone, and closes what is over. Called after every look and every pass. */
    public void settle(Lanes lanes) {
        for (OpenHandover handover : state.get().handovers().values()) {
            HandoverStep step = step(handover, state.get());
            if (step.action() == HandoverStep.Action.RELEASE) {
                release(handover, lanes);
                // What it is now: a hook may have claimed for a start since.
                step = step(handover, state.get());
            }
            Optional<SideProgress> over = closing(handover, step, lanes);
            if (over.isPresent()) {
                close(handover, over.get());
            } else {
                tell(view(handover, step, lanes));
            }
        }
        forgetWhatWasTold();
    }

    private void forgetWhatWasTold() {
        AgentState now = state.get();
        Set<HandoverId> known = new HashSet<>();
        now.handovers().values().forEach(h -> known.add(h.id()));
        now.closed().forEach(c -> known.add(c.handover().id()));
        told.keySet().retainAll(known);
        steps.keepOnly(known);
    }

    private void release(OpenHandover handover, Lanes lanes) {
        if (state.get().claimsOf(handover.domain()).isPresent()) {
            // Judged once more: a hook may have claimed for a start since.
            state.giveUp(s -> step(handover, s).action() == HandoverStep.Action.RELEASE
                    ? s.withoutClaimsOf(handover.domain())
                    : s);
            if (state.get().claimsOf(handover.domain()).isEmpty()) {
                LOG.infof("domain %s is gone from here: its claims ended", handover.domainName());
            }
        }
        lanes.releaseSoon(handover.volumes());
    }

    private Optional<SideProgress> closing(OpenHandover handover, HandoverStep step, Lanes lanes) {
        AgentState now = state.get();
        return HandoverRules.closing(
                step.action(),
                handover,
                now.claimsOf(handover.domain()),
                needs(),
                now.acquired().keySet().stream().filter(v -> !lanes.foreign(v)).collect(Collectors.toSet()),
                lanes::held);
    }

    /** Ends a handover that never came to be, or is over. */
    public void close(OpenHandover handover, SideProgress how) {
        Instant now = clock.instant();
        OwnDomain own = watch.observation(handover.domain()).domain();
        state.giveUp(s -> s.closing(handover.id(), how, now));
        LOG.infof(
                "handover %s of domain %s (%s, epoch %s) closed: %s",
                handover.id(), handover.domainName(), handover.side(), handover.epoch(), how);
        tell(view(handover, how, own, Optional.empty()));
    }

    /** This side never came to be: the other one may take its locks back at once. */
    void tellGone(OpenHandover handover) {
        tell(view(
                handover,
                SideProgress.GONE,
                watch.observation(handover.domain()).domain(),
                Optional.empty()));
    }

    private void tell(SideView view) {
        if (told.put(view.handover().id(), view.progress()) != view.progress()) {
            report.accept(view);
        }
    }

    private SideView view(OpenHandover handover, HandoverStep step, Lanes lanes) {
        SideProgress progress =
                switch (step.action()) {
                    case ASK -> SideProgress.ASKING;
                    case RELEASE -> SideProgress.RELEASING;
                    case KEEP ->
                        handover.volumes().stream()
                                        .allMatch(v -> lanes.held(v)
                                                .filter(m -> m.satisfies(LockMode.SHARED))
                                                .isPresent())
                                ? SideProgress.SHARED
                                : SideProgress.SHARING;
                };
        OwnDomain own = watch.observation(handover.domain()).domain();
        return view(handover, progress, own, step.attention().or(() -> stuck(handover, step, progress, own, lanes)));
    }

    private Optional<String> stuck(
            OpenHandover handover, HandoverStep step, SideProgress progress, OwnDomain own, Lanes lanes) {
        Instant now = clock.instant();
        Duration lasting = steps.since(handover.id(), progress, own)
                .map(since -> Duration.between(since, now))
                .orElse(Duration.ZERO);
        return StuckRules.attention(step.action(), own, lasting, lanes.wrong(handover.volumes()));
    }

    private SideView view(OpenHandover handover, SideProgress progress, OwnDomain own, Optional<String> attention) {
        Instant now = clock.instant();
        List<SideStep> until = steps.with(handover.id(), new SideStep(now, progress, own, attention.orElse("")));
        // A step is never later than the report that tells it.
        Instant last = until.getLast().at();
        return new SideView(handover, progress, own, attention, last.isAfter(now) ? last : now, until);
    }

    /** The open handovers, and those that closed lately. */
    public List<SideView> views(Lanes lanes) {
        AgentState now = state.get();
        List<SideView> views = new ArrayList<>();
        now.handovers().values().forEach(h -> views.add(view(h, step(h, now), lanes)));
        now.closed()
                .forEach(c -> views.add(new SideView(
                        c.handover(),
                        c.progress(),
                        watch.observation(c.handover().domain()).domain(),
                        Optional.empty(),
                        clock.instant(),
                        steps.of(c.handover().id()))));
        return views;
    }

    /**
     * The other side has got further: look and ask again at once.
     *
     * @param peer how far it is; when it is over there, this side need not leave it any more time
     */
    public Optional<SideView> wake(HandoverId id, Optional<SideProgress> peer, Lanes lanes) {
        Optional<OpenHandover> open = state.get().handovers().values().stream()
                .filter(h -> h.id().equals(id))
                .findFirst();
        if (open.isEmpty()) {
            return views(lanes).stream()
                    .filter(v -> v.handover().id().equals(id))
                    .findFirst();
        }
        if (open.get().side() == Side.SOURCE
                && peer.filter(SideProgress::closed).isPresent()) {
            Instant now = clock.instant();
            state.giveUp(
                    s -> s.handovers().containsValue(open.get()) ? s.with(settled(open.get(), peer.get(), now)) : s);
        }
        lanes.wake(new TreeSet<>(open.get().volumes()));
        return views(lanes).stream().filter(v -> v.handover().id().equals(id)).findFirst();
    }

    private static OpenHandover settled(OpenHandover handover, SideProgress target, Instant now) {
        if (target == SideProgress.GONE) {
            return handover.withoutTarget();
        }
        return handover.settlesAt().isAfter(now)
                ? new OpenHandover(
                        handover.id(),
                        handover.epoch(),
                        handover.domain(),
                        handover.domainName(),
                        handover.side(),
                        handover.peer(),
                        handover.volumes(),
                        handover.reservation(),
                        handover.openedAt(),
                        now)
                : handover;
    }
}
