package io.lockstep.proof.chaos.world;

import io.lockstep.agent.Agent;
import io.lockstep.agent.handover.SideReports;
import io.lockstep.agent.handover.SideView;
import io.lockstep.agent.handover.SourceSide;
import io.lockstep.controller.grpc.AgentMessages;
import io.lockstep.controller.host.Agents;
import io.lockstep.controller.host.CallLimit;
import io.lockstep.controller.host.ShareAnswer;
import io.lockstep.controller.host.ShareOrder;
import io.lockstep.controller.host.SideReport;
import io.lockstep.controller.host.VolumeResult;
import io.lockstep.controller.host.WakeAnswer;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.SideProgress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The way from one life of a controller to whatever agent there is on a host. */
final class AgentLink implements Agents.Agent {

    private static final Duration REFUSED = Duration.ofMillis(10);

    private final ControllerProcess controller;
    private final ChaosHost host;
    private final World world;

    AgentLink(ControllerProcess controller, ChaosHost host, World world) {
        this.controller = controller;
        this.host = host;
        this.world = world;
    }

    @Override
    public Agents.Stream watch(Agents.InventoryListener listener) {
        InventoryStream stream = new InventoryStream(controller, host, world, listener);
        stream.open();
        return stream::cancel;
    }

    @Override
    public void close() {
        // Streams are cancelled one by one.
    }

    @Override
    public ShareAnswer share(ShareOrder order, CallLimit limit) {
        if (world.network().repeats()) {
            world.timeline().after(world.network().muchLater(), () -> process().ifPresent(p -> share(p, order)));
        }
        return call(p -> share(p, order), limit, new ShareAnswer.Silent("no answer in time"));
    }

    private @Nullable ShareAnswer share(AgentProcess process, ShareOrder order) {
        return process.call(agent -> {
            SourceSide.Share share = new SourceSide.Share(
                    order.id(),
                    order.epoch(),
                    order.domain(),
                    order.domainName(),
                    order.target(),
                    new TreeSet<>(order.volumes()));
            return answer(agent, agent.share(share, process.shareDeadline()));
        });
    }

    private ShareAnswer answer(Agent agent, SourceSide.Outcome outcome) {
        return switch (outcome) {
            case SourceSide.Outcome.Shared shared -> new ShareAnswer.Shared(List.copyOf(shared.volumes()));
            case SourceSide.Outcome.Refused refused ->
                new ShareAnswer.Refused(
                        refused.reason(),
                        refused.results().entrySet().stream()
                                .map(e -> new VolumeResult(e.getKey(), e.getValue()))
                                .toList());
            case SourceSide.Outcome.Stale stale -> new ShareAnswer.StaleEpoch(stale.highest());
            case SourceSide.Outcome.AlreadyOpen open ->
                agent.handovers().stream()
                        .filter(v -> v.handover().id().equals(open.handover().id()))
                        .findFirst()
                        .<ShareAnswer>map(v -> new ShareAnswer.AlreadyOpen(report(v)))
                        .orElseGet(() -> new ShareAnswer.Silent("its handover closed meanwhile"));
            case SourceSide.Outcome.NotHere _ -> new ShareAnswer.NotHere();
        };
    }

    private SideReport report(SideView view) {
        return AgentMessages.report(SideReports.of(host.name(), view));
    }

    @Override
    public WakeAnswer wake(HandoverId id, DomainUuid domain, Epoch epoch, SideProgress peer, CallLimit limit) {
        if (!world.mutation().wakesArrive()) {
            return new WakeAnswer.NotOpen();
        }
        if (world.network().repeats()) {
            world.timeline()
                    .after(
                            world.network().muchLater(),
                            () -> process().ifPresent(p -> p.call(a -> a.wake(id, Optional.of(peer)))));
        }
        return call(
                p -> p.call(a -> a.wake(id, Optional.of(peer))
                        .<WakeAnswer>map(v -> new WakeAnswer.Report(report(v)))
                        .orElseGet(WakeAnswer.NotOpen::new)),
                limit,
                new WakeAnswer.Silent("no answer in time"));
    }

    @Override
    public OwnDomain observe(DomainUuid domain, CallLimit limit) {
        return call(
                p -> p.call(agent -> {
                    agent.lookNow();
                    return agent.watch().fresh(domain);
                }),
                limit,
                OwnDomain.UNKNOWN);
    }

    private Optional<AgentProcess> process() {
        return world.network().controllerReaches(host.name())
                ? host.running().filter(AgentProcess::answers)
                : Optional.empty();
    }

    /** One call there and back, on which both ways may lose it. */
    private <T> T call(Function<AgentProcess, @Nullable T> call, CallLimit limit, T silent) {
        world.timeline().pass(world.network().delay());
        controller.life().mustGoOn();
        Optional<AgentProcess> there = process();
        boolean lost = world.network().loses();
        if (there.isEmpty() || lost || limit.passed(controller.now())) {
            world.timeline().pass(lost ? Duration.between(controller.now(), later(limit)) : REFUSED);
            controller.life().mustGoOn();
            return silent;
        }
        @Nullable T answer = call.apply(there.get());
        controller.life().mustGoOn();
        boolean answerLost = process().isEmpty() || world.network().loses() || limit.passed(controller.now());
        return answer == null || answerLost ? silent : answer;
    }

    private java.time.Instant later(CallLimit limit) {
        java.time.Instant now = controller.now();
        return limit.deadline().isBefore(now) ? now : limit.deadline();
    }
}
