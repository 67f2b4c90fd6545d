package io.lockstep.proof.chaos.world;

import io.lockstep.core.domain.HostName;
import io.lockstep.simulator.Cluster;
import io.lockstep.simulator.SimulatedHost;
import io.lockstep.simulator.time.SimulatedTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Three hosts with their agents, a controller, and all that is between them. */
public final class World {

    /** A point at which a program may crash is one in so many. */
    private static final int CRASH = 3000;

    private static final Duration NOBODY_MISSES = Duration.ofSeconds(15);

    private final Chance chance;
    private final Mutation mutation;
    private final Consumer<String> journal;
    private final Timeline timeline = new Timeline();
    private final Network network;
    private final Cluster cluster;
    private final Map<HostName, ChaosHost> hosts = new TreeMap<>();
    private Records records = new Records();
    private Records outdated = new Records();
    private Duration wallClock = Duration.ZERO;
    private @Nullable ControllerProcess controller;
    private boolean calm = true;

    /** @param journal hears of what happens by chance without anybody having chosen the moment */
    public World(Chance chance, Mutation mutation, Consumer<String> journal) {
        this.chance = chance;
        this.mutation = mutation;
        this.journal = journal;
        this.network = new Network(chance);
        this.cluster = Cluster.in(SimulatedTime.keptBy(timeline), "h1", "h2", "h3");
        cluster.hooks((host, name, operation, suboperation, extra, xml) ->
                host(host).hook(name, operation, suboperation, extra, xml));
        for (SimulatedHost each : cluster.hosts()) {
            hosts.put(each.name(), new ChaosHost(this, each));
        }
        calm(true);
    }

    /** Everything that runs on a healthy cluster. */
    public void start() {
        startController(Memory.WHOLE);
        hosts.values().forEach(ChaosHost::startAgent);
    }

    public Chance chance() {
        return chance;
    }

    Mutation mutation() {
        return mutation;
    }

    public Timeline timeline() {
        return timeline;
    }

    public Network network() {
        return network;
    }

    public Cluster cluster() {
        return cluster;
    }

    public List<ChaosHost> hosts() {
        return List.copyOf(hosts.values());
    }

    public ChaosHost host(HostName name) {
        ChaosHost host = hosts.get(name);
        if (host == null) {
            throw new IllegalArgumentException("no host " + name);
        }
        return host;
    }

    /** While calm nothing fails of itself. */
    public void calm(boolean calm) {
        this.calm = calm;
        network.calm(calm);
    }

    public boolean calm() {
        return calm;
    }

    /** A moment between two steps of a host's agent: it may crash just there. */
    void crashPoint(ChaosHost host) {
        if (!calm && chance.oneIn(CRASH)) {
            journal.accept("the agent of " + host.name() + " crashes between two steps");
            host.killAgent();
            timeline.after(NOBODY_MISSES, host::startAgent);
        }
    }

    // The controller

    /** What a controller that starts has left of its database. */
    public enum Memory {
        WHOLE,
        OUTDATED,
        NONE
    }

    public Optional<ControllerProcess> controller() {
        return Optional.ofNullable(controller);
    }

    public void killController() {
        if (controller != null) {
            controller.life().end();
            controller = null;
        }
    }

    public void startController(Memory memory) {
        if (controller == null) {
            Records restored =
                    switch (memory) {
                        case WHOLE -> records;
                        case OUTDATED -> outdated;
                        case NONE -> new Records();
                    };
            outdated = records.copy();
            records = restored.copy();
            controller = new ControllerProcess(
                    this, records, () -> timeline.instant().plus(wallClock));
            controller.start(restored);
        }
    }

    /** The controller's wall clock steps. */
    public void stepClock(Duration by) {
        wallClock = wallClock.plus(by);
    }
}
