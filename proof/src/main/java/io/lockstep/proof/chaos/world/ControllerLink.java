package io.lockstep.proof.chaos.world;

import io.lockstep.agent.Agent;
import io.lockstep.agent.controller.Controller;
import io.lockstep.agent.handover.SideReports;
import io.lockstep.agent.handover.SideView;
import io.lockstep.agent.work.Deadline;
import io.lockstep.controller.grpc.AgentMessages;
import io.lockstep.controller.handover.BeginOrder;
import io.lockstep.controller.handover.BeginOutcome;
import io.lockstep.controller.handover.Handover;
import io.lockstep.controller.host.CallLimit;
import io.lockstep.controller.host.Cancellation;
import io.lockstep.controller.host.SideReport;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.Side;
import io.lockstep.core.handover.SideProgress;
import io.lockstep.core.volume.Volume;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;

/** The way from one life of an agent to whatever controller there is. */
final class ControllerLink implements Controller {

    private static final Duration NO_ANSWER = Duration.ofSeconds(5);

    private final ChaosHost host;
    private final World world;
    private final Life life;

    ControllerLink(ChaosHost host, World world, Life life) {
        this.host = host;
        this.world = world;
        this.life = life;
    }

    private Optional<ControllerProcess> reached() {
        return world.controller()
                .filter(c -> !c.life().over())
                .filter(c -> world.network().controllerReaches(host.name()));
    }

    void register(Agent agent) {
        reached().filter(c -> !world.network().loses()).ifPresent(c -> c.register(host.name(), agent.platform()));
    }

    @Override
    public BeginOutcome begin(
            DomainUuid domain, String name, SortedSet<Volume> volumes, Epoch highest, Deadline deadline) {
        return life.waitingFor(
                () -> asked(new BeginOrder(domain, name, host.name(), List.copyOf(volumes), highest), deadline));
    }

    private BeginOutcome asked(BeginOrder order, Deadline deadline) {
        world.timeline().pass(world.network().delay());
        Optional<ControllerProcess> there = reached();
        if (there.isEmpty() || world.network().loses()) {
            world.timeline().pass(NO_ANSWER);
            return new BeginOutcome.Unreachable("it does not answer");
        }
        ControllerProcess controller = there.get();
        Cancellation caller = new Cancellation();
        life.atEnd(caller::cancel);
        io.lockstep.controller.handover.BeginOutcome outcome = controller.ask(c ->
                c.begin().begin(order, new CallLimit(controller.now().plus(deadline.remaining()), caller)));
        if (outcome == null
                || reached().filter(c -> c == controller).isEmpty()
                || world.network().loses()) {
            return new BeginOutcome.Unreachable("its answer was lost");
        }
        if (caller.cancelled()) {
            takesNoPart(controller, outcome);
        }
        return answer(outcome);
    }

    /** As the controller's service does when the call has ended before its answer. */
    private static void takesNoPart(
            ControllerProcess controller, io.lockstep.controller.handover.BeginOutcome outcome) {
        if (outcome instanceof io.lockstep.controller.handover.BeginOutcome.Opened opened) {
            controller.tell(c -> c.handovers()
                    .conclude(
                            opened.handover().id(),
                            Side.TARGET,
                            SideProgress.GONE,
                            "takes no part: its call ended before the answer reached it"));
        }
    }

    private static BeginOutcome answer(io.lockstep.controller.handover.BeginOutcome outcome) {
        return switch (outcome) {
            case io.lockstep.controller.handover.BeginOutcome.Opened opened -> {
                Handover handover = opened.handover();
                yield new BeginOutcome.Opened(handover.id(), handover.epoch(), handover.source(), handover.volumes());
            }
            case io.lockstep.controller.handover.BeginOutcome.NobodyRunsIt _ -> new BeginOutcome.NobodyRunsIt();
            case io.lockstep.controller.handover.BeginOutcome.Refused refused ->
                new BeginOutcome.Refused(refused.reason());
            case io.lockstep.controller.handover.BeginOutcome.Abandoned _ ->
                new BeginOutcome.Unreachable("the call ended first");
        };
    }

    @Override
    public void report(SideView view) {
        SideReport report = AgentMessages.report(SideReports.of(host.name(), view));
        if (!world.network().loses()) {
            deliver(report, world.network().delay());
        }
        if (world.network().repeats()) {
            deliver(report, world.network().muchLater());
        }
    }

    private void deliver(SideReport report, Duration delay) {
        world.timeline()
                .after(
                        delay,
                        () -> reached().ifPresent(c -> c.tell(k -> k.handovers().report(report))));
    }

    /** Who holds what is words for people only; they come from the lease area then. */
    @Override
    public Optional<Holders> holders(Set<Volume> volumes, Deadline deadline) {
        return Optional.empty();
    }
}
