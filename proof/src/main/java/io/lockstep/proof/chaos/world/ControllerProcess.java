package io.lockstep.proof.chaos.world;

import io.lockstep.controller.Coordinator;
import io.lockstep.controller.alarm.Alarm;
import io.lockstep.controller.handover.Deadlines;
import io.lockstep.controller.host.Agents;
import io.lockstep.controller.host.Backoff;
import io.lockstep.controller.host.Changes;
import io.lockstep.controller.host.Endpoint;
import io.lockstep.controller.host.Hosts;
import io.lockstep.controller.host.Registration;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.port.HostPlatform;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One life of the real controller, with its ticker, as its service runs it. */
public final class ControllerProcess implements Changes, Agents {

    /** {@code lockstep.tick-every} and {@code lockstep.alarms.look-every}. */
    private static final Duration TICK = Duration.ofSeconds(1);

    private static final Duration LOOK = Duration.ofSeconds(5);

    private static final Hosts.Settings SETTINGS = new Hosts.Settings(
            Duration.ofSeconds(15),
            new Backoff(Duration.ofMillis(500), Duration.ofSeconds(15)),
            Duration.ofSeconds(60));

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    private final World world;
    private final Life life;
    private final InstantSource clock;
    private final Coordinator coordinator;
    private long version;

    ControllerProcess(World world, Records records, InstantSource clock) {
        this.world = world;
        this.clock = clock;
        life = new Life("the controller", false, world.timeline(), world.chance());
        coordinator = new Coordinator(
                new Coordinator.Outside(
                        this,
                        records,
                        records,
                        records,
                        this,
                        life,
                        clock,
                        world.chance().generator(),
                        this::id),
                SETTINGS,
                Deadlines.NORMAL);
    }

    private UUID id() {
        return new UUID(
                world.chance().generator().nextLong(),
                world.chance().generator().nextLong());
    }

    /** @param memory what is left of the database */
    void start(Records memory) {
        tell(memory::restore);
        life.after(TICK, this::tick);
        life.after(LOOK, this::look);
    }

    private void tick() {
        coordinator.tick();
        life.after(TICK, this::tick);
    }

    private void look() {
        coordinator.look();
        life.after(LOOK, this::look);
    }

    Life life() {
        return life;
    }

    Instant now() {
        return clock.instant();
    }

    void register(HostName host, HostPlatform platform) {
        tell(c -> c.hosts().register(new Registration(host, Endpoint.of(host + ":7600"), "chaos", platform.bootId())));
    }

    /** @return nothing when it was killed before it answered */
    <T> @Nullable T ask(Function<Coordinator, T> what) {
        return life.ask(() -> what.apply(coordinator));
    }

    void tell(Consumer<Coordinator> what) {
        ask(c -> {
            what.accept(c);
            return true;
        });
    }

    /** The alarms that stand. */
    public List<Alarm> alarms() {
        return coordinator.alarms().list();
    }

    /** What is still open, in words. */
    public List<String> open() {
        return coordinator.handovers().open().stream()
                .map(h -> h.words() + ", " + h.phase() + ", source " + h.sourceSide() + ", target " + h.targetSide())
                .toList();
    }

    @Override
    public Agents.Agent dial(HostName host, Endpoint endpoint) {
        return new AgentLink(this, world.host(host), world);
    }

    @Override
    public long version() {
        return version;
    }

    @Override
    public void changed() {
        version++;
    }

    @Override
    public void await(long seen, Instant deadline) {
        while (version == seen && clock.instant().isBefore(deadline)) {
            world.timeline().passToNext(LONGEST_WAIT);
            life.mustGoOn();
        }
    }
}
