package io.lockstep.controller.fake;

import io.lockstep.controller.Coordinator;
import io.lockstep.controller.alarm.Alarm;
import io.lockstep.controller.alarm.AlarmHistory;
import io.lockstep.controller.handover.BeginOrder;
import io.lockstep.controller.handover.BeginOutcome;
import io.lockstep.controller.handover.Deadlines;
import io.lockstep.controller.handover.Handover;
import io.lockstep.controller.handover.HandoverEvent;
import io.lockstep.controller.handover.HandoverHistory;
import io.lockstep.controller.host.Agents;
import io.lockstep.controller.host.Backoff;
import io.lockstep.controller.host.CallLimit;
import io.lockstep.controller.host.Endpoint;
import io.lockstep.controller.host.HostHistory;
import io.lockstep.controller.host.Hosts;
import io.lockstep.controller.host.Registration;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.volume.Volume;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/** A controller with agents in memory. Everything happens in the test's thread and at the test's time. */
public final class FakeCluster implements Agents, HostHistory, HandoverHistory, AlarmHistory {

    public static final Duration SILENT_AFTER = Duration.ofSeconds(15);
    public static final Duration GATHERING = Duration.ofSeconds(60);

    public final VirtualTime time = new VirtualTime();
    public final Map<String, FakeAgent> agents = new LinkedHashMap<>();
    /** What the history would give to a later controller. */
    public final List<Registration> registrations = new ArrayList<>();

    public final Map<HandoverId, Handover> saved = new HashMap<>();
    public final List<String> history = new ArrayList<>();
    /** Which hosts were looked at, in order. */
    public final List<String> looked = new ArrayList<>();

    public Coordinator controller = controller();
    private long ids;

    public Coordinator controller() {
        return new Coordinator(
                new Coordinator.Outside(
                        this, this, this, this, time, Runnable::run, time, new Random(1), () -> new UUID(0, ++ids)),
                new Hosts.Settings(
                        SILENT_AFTER, new Backoff(Duration.ofMillis(500), Duration.ofSeconds(15)), GATHERING),
                Deadlines.NORMAL);
    }

    /** A host whose agent is there; it is connected, and no host is missing any more. */
    public FakeAgent host(HostName name) {
        FakeAgent agent = agent(name);
        register(name);
        return agent;
    }

    public FakeAgent agent(HostName name) {
        return agents.computeIfAbsent(endpoint(name), e -> new FakeAgent(name, looked));
    }

    public void register(HostName name) {
        controller.hosts().register(new Registration(name, Endpoint.of(endpoint(name)), "0.1", agent(name).bootId));
    }

    /** As a database keeps it of a host that registered before. */
    public static Registration registration(HostName name) {
        return new Registration(name, Endpoint.of(endpoint(name)), "0.1", "boot-1");
    }

    /** From now on hosts that are not registered do not exist. */
    public FakeCluster settled() {
        time.pass(GATHERING);
        agents.values().forEach(FakeAgent::sends);
        return this;
    }

    /** Lets time pass with all that happens in it: heartbeats, ticks and looks. */
    public void runFor(Duration duration) {
        Instant until = time.instant().plus(duration);
        for (int second = 1; time.instant().isBefore(until); second++) {
            time.pass(Duration.ofSeconds(1));
            if (second % 5 == 0) {
                agents.values().forEach(FakeAgent::sends);
            }
            controller.tick();
            if (second % 5 == 0) {
                controller.look();
            }
        }
    }

    public static String endpoint(HostName name) {
        return name + ".example:7600";
    }

    public BeginOutcome begin(HostName target, Volume... volumes) {
        return begin(target, Epoch.NONE, CallLimit.until(time.instant().plusSeconds(60)), volumes);
    }

    public BeginOutcome begin(HostName target, Epoch highest, CallLimit limit, Volume... volumes) {
        return controller
                .begin()
                .begin(new BeginOrder(Samples.WEB, Samples.NAME, target, List.of(volumes), highest), limit);
    }

    public FakeAgent runs(HostName host) {
        FakeAgent agent = agent(host);
        agent.domains.put(Samples.WEB, OwnDomain.ACTIVE);
        agent.claimants.add(Samples.WEB);
        agent.sends();
        return agent;
    }

    public Handover only() {
        List<Handover> open = controller.handovers().open();
        if (open.size() != 1) {
            throw new AssertionError("open handovers: " + open);
        }
        return open.getFirst();
    }

    @Override
    public Agent dial(HostName host, Endpoint endpoint) {
        return agents.computeIfAbsent(endpoint.toString(), e -> new FakeAgent(host, looked));
    }

    @Override
    public void registered(Registration registration) {
        registrations.add(registration);
    }

    @Override
    public void forgotten(HostName host) {
        registrations.removeIf(r -> r.host().equals(host));
    }

    @Override
    public void changed(Handover handover, List<HandoverEvent> events) {
        saved.put(handover.id(), handover);
        events.forEach(e -> history.add(e.host().map(h -> h + " ").orElse("") + e.text()));
    }

    @Override
    public void raised(Alarm alarm) {
        history.add("raised " + alarm.kind());
    }

    @Override
    public void cleared(Alarm alarm, Instant at) {
        history.add("cleared " + alarm.kind());
    }
}
