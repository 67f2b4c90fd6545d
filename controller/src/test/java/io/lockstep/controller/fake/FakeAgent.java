package io.lockstep.controller.fake;

import io.lockstep.controller.host.Agents.Agent;
import io.lockstep.controller.host.Agents.InventoryListener;
import io.lockstep.controller.host.Agents.Stream;
import io.lockstep.controller.host.CallLimit;
import io.lockstep.controller.host.Inventory;
import io.lockstep.controller.host.ShareAnswer;
import io.lockstep.controller.host.ShareOrder;
import io.lockstep.controller.host.SideReport;
import io.lockstep.controller.host.WakeAnswer;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.SideProgress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/** One agent: what it shows is set by the test, what it is asked is kept. */
public final class FakeAgent implements Agent {

    public record Wake(HandoverId id, SideProgress peer) {}

    public final HostName host;
    public String callsItself;
    public String bootId = "boot-1";
    public boolean hypervisorAnswers = true;
    public boolean refusesConnections;
    public final Map<DomainUuid, OwnDomain> domains = new HashMap<>();
    public final Set<DomainUuid> claimants = new HashSet<>();
    public final Map<DomainUuid, Epoch> epochs = new HashMap<>();
    public final Map<HandoverId, SideReport> handovers = new HashMap<>();
    /** The rest of its inventory. */
    public io.lockstep.proto.v1.Inventory message = io.lockstep.proto.v1.Inventory.getDefaultInstance();

    public BiFunction<ShareOrder, CallLimit, ShareAnswer> onShare =
            (order, limit) -> new ShareAnswer.Shared(order.volumes());
    public boolean answersWakes = true;
    /** What libvirt shows to the next looks, one by one; then, and for ever, what {@link #domains} says. */
    public final Deque<OwnDomain> looks = new ArrayDeque<>();

    public final List<ShareOrder> shares = new ArrayList<>();
    public final List<Wake> wakes = new ArrayList<>();
    /** Who asked for each. */
    public final List<String> suspended = new ArrayList<>();

    public int observed;
    public int streams;
    public int closed;
    private Optional<InventoryListener> listener = Optional.empty();
    private final List<String> journal;

    FakeAgent(HostName host, List<String> journal) {
        this.host = host;
        this.callsItself = host.value();
        this.journal = journal;
    }

    public Inventory inventory() {
        Map<DomainUuid, String> names = new HashMap<>();
        domains.keySet().forEach(d -> names.put(d, Samples.NAME));
        return new Inventory(
                new HostName(callsItself),
                bootId,
                hypervisorAnswers,
                domains,
                names,
                claimants,
                List.copyOf(handovers.values()),
                epochs,
                message);
    }

    /** Sends the inventory of this moment, where somebody watches. */
    public void sends() {
        sends(inventory());
    }

    public void sends(Inventory inventory) {
        listener.ifPresent(l -> l.inventory(inventory));
    }

    public void loses(String why) {
        Optional<InventoryListener> former = listener;
        listener = Optional.empty();
        former.ifPresent(l -> l.ended(why));
    }

    public boolean watched() {
        return listener.isPresent();
    }

    @Override
    public Stream watch(InventoryListener watching) {
        streams++;
        if (refusesConnections) {
            watching.ended("connection refused");
            return () -> {};
        }
        listener = Optional.of(watching);
        sends();
        return () -> listener = listener.filter(l -> !l.equals(watching));
    }

    @Override
    public void close() {
        closed++;
    }

    @Override
    public ShareAnswer share(ShareOrder order, CallLimit limit) {
        shares.add(order);
        return onShare.apply(order, limit);
    }

    @Override
    public WakeAnswer wake(HandoverId id, DomainUuid domain, Epoch epoch, SideProgress peer, CallLimit limit) {
        wakes.add(new Wake(id, peer));
        if (!answersWakes) {
            return new WakeAnswer.Silent("down");
        }
        SideReport report = handovers.get(id);
        return report == null ? new WakeAnswer.NotOpen() : new WakeAnswer.Report(report);
    }

    @Override
    public Optional<String> suspend(DomainUuid domain, String asked, CallLimit limit) {
        suspended.add(asked);
        return Optional.empty();
    }

    @Override
    public OwnDomain observe(DomainUuid domain, CallLimit limit) {
        observed++;
        journal.add(host.value());
        OwnDomain next = looks.pollFirst();
        return next != null ? next : domains.getOrDefault(domain, OwnDomain.ABSENT);
    }
}
