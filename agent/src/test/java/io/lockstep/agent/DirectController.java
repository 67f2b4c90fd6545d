package io.lockstep.agent;

import io.lockstep.agent.controller.Controller;
import io.lockstep.agent.handover.SideView;
import io.lockstep.agent.handover.SourceSide;
import io.lockstep.agent.work.Deadline;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.volume.Volume;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.UUID;

/** A controller that does the least: it finds the source, gives the next epoch, and wakes the other side. */
final class DirectController {

    private final Map<HostName, TestHost> hosts;
    private final Map<DomainUuid, Epoch> epochs = new HashMap<>();
    private long handovers;
    boolean away;

    DirectController(Map<HostName, TestHost> hosts) {
        this.hosts = hosts;
    }

    Controller as(HostName caller) {
        return new Controller() {
            @Override
            public BeginOutcome begin(
                    DomainUuid domain, String name, SortedSet<Volume> volumes, Epoch highest, Deadline deadline) {
                return away
                        ? new BeginOutcome.Unreachable("it is away")
                        : open(caller, domain, name, volumes, highest, deadline);
            }

            @Override
            public void report(SideView view) {
                if (!away) {
                    hosts.get(view.handover().peer())
                            .agent()
                            .wake(view.handover().id(), Optional.of(view.progress()));
                }
            }

            @Override
            public Optional<Holders> holders(Set<Volume> volumes, Deadline deadline) {
                return away ? Optional.empty() : Optional.of(new Holders(holdersOf(volumes), List.of()));
            }
        };
    }

    private Controller.BeginOutcome open(
            HostName target,
            DomainUuid domain,
            String name,
            SortedSet<Volume> volumes,
            Epoch highest,
            Deadline deadline) {
        Optional<TestHost> source = hosts.values().stream()
                .filter(h -> !h.name().equals(target))
                .filter(h -> h.agent().state().claimsOf(domain).isPresent())
                .findFirst();
        if (source.isEmpty()) {
            return new Controller.BeginOutcome.NobodyRunsIt();
        }
        Epoch epoch = epochs.merge(
                domain,
                highest.highest(source.get().agent().state().highestEpoch(domain))
                        .next(),
                (a, b) -> a.next().highest(b));
        HandoverId id = new HandoverId(new UUID(0, ++handovers));
        SourceSide.Outcome outcome =
                source.get().agent().share(new SourceSide.Share(id, epoch, domain, name, target, volumes), deadline);
        return switch (outcome) {
            case SourceSide.Outcome.Shared shared ->
                new Controller.BeginOutcome.Opened(id, epoch, source.get().name(), shared.volumes());
            case SourceSide.Outcome.Refused refused -> new Controller.BeginOutcome.Refused(refused.reason());
            case SourceSide.Outcome.Stale stale -> new Controller.BeginOutcome.Refused("stale " + stale.highest());
            case SourceSide.Outcome.AlreadyOpen open ->
                new Controller.BeginOutcome.Refused(
                        "handover " + open.handover().id() + " is open");
            case SourceSide.Outcome.NotHere ignored -> new Controller.BeginOutcome.Refused("not here");
        };
    }

    private List<Controller.Holder> holdersOf(Set<Volume> volumes) {
        return hosts.values().stream()
                .flatMap(host -> volumes.stream()
                        .flatMap(volume -> host.agent().lanes().lane(volume.vg()).stream()
                                .flatMap(lane -> lane.reading().of(volume).stream()
                                        .map(reading -> new Controller.Holder(
                                                volume,
                                                host.name(),
                                                reading.lock(),
                                                host.agent().state().claims().values().stream()
                                                        .filter(c -> c.modes().containsKey(volume))
                                                        .map(c -> c.name())
                                                        .toList(),
                                                lane.locks().since(volume),
                                                true)))))
                .toList();
    }
}
