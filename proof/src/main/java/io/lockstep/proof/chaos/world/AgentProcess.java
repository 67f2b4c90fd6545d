package io.lockstep.proof.chaos.world;

import io.lockstep.agent.Agent;
import io.lockstep.agent.claim.Policy;
import io.lockstep.agent.lane.LaneSettings;
import io.lockstep.agent.libvirt.DomainWatch;
import io.lockstep.agent.state.StateStore;
import io.lockstep.agent.work.Deadline;
import io.lockstep.core.hook.ActionMapping;
import io.lockstep.core.hook.Enforcement;
import io.lockstep.core.hook.HookEvent;
import io.lockstep.core.hook.Verdict;
import io.lockstep.core.port.HostPlatform;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One life of a real agent, with its scheduler, as its service runs it. */
public final class AgentProcess {

    /** {@code lockstep.every} and {@code lockstep.register-every}. */
    private static final Duration EVERY = Duration.ofSeconds(2);

    private static final Duration REGISTER_EVERY = Duration.ofSeconds(5);

    private static final Duration VERDICT = Duration.ofSeconds(60);
    private static final Duration SHARE = Duration.ofSeconds(25);

    private static final Agent.Settings SETTINGS = new Agent.Settings(
            new Policy(
                    Enforcement.ENFORCE,
                    Map.of(),
                    Map.of(),
                    ActionMapping.defaults(),
                    Policy.IncomingPrepare.TOKEN,
                    VERDICT,
                    Duration.ofSeconds(55),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(120)),
            LaneSettings.DEFAULT,
            new DomainWatch.WatchSettings(Duration.ofMillis(500), Duration.ofMinutes(30), Duration.ofMillis(300)),
            VERDICT,
            Duration.ofMinutes(10));

    private final Life life;
    private final Mutation mutation;
    private final InstantSource clock;
    private final Agent agent;
    private final ControllerLink controller;
    private Runnable wake = () -> {};

    AgentProcess(ChaosHost host, World world, StoredState stored) {
        life = new Life("the agent of " + host.name(), true, world.timeline(), world.chance());
        mutation = world.mutation();
        clock = world.timeline();
        controller = new ControllerLink(host, world, life);
        Runnable crashPoint = () -> world.crashPoint(host);
        HostPlatform platform = new GuardedPlatform(
                host.simulated().platform(),
                new GuardedPlatform.Surroundings(life, mutation, crashPoint, w -> wake = w));
        try {
            agent = new Agent(
                    new Agent.Surroundings(
                            host.name(),
                            platform,
                            controller,
                            new StateStore(stored.of(life, mutation, crashPoint)),
                            clock,
                            life,
                            life::after,
                            time -> pause(world)),
                    SETTINGS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As long as the product's own pause, but by this run's chance. */
    private void pause(World world) {
        life.waitingFor(() -> {
            world.timeline().pass(world.chance().millis(100, 300));
            return true;
        });
    }

    void start() {
        life.execute(() -> {
            agent.start();
            controller.register(agent);
            life.after(EVERY, this::tick);
            life.after(REGISTER_EVERY, this::register);
        });
    }

    private void tick() {
        if (mutation.agentsTick()) {
            agent.tick();
        }
        life.after(EVERY, this::tick);
    }

    private void register() {
        controller.register(agent);
        life.after(REGISTER_EVERY, this::register);
    }

    public Agent agent() {
        return agent;
    }

    Life life() {
        return life;
    }

    /** Whether hooks and controllers are answered: it runs and has started. */
    public boolean answers() {
        return !life.over() && agent.started();
    }

    void libvirtChanged() {
        if (answers()) {
            wake.run();
        }
    }

    /** @return nothing when the agent was killed before it answered */
    @Nullable
    Verdict verdict(HookEvent event) {
        Verdict verdict = life.ask(() -> agent.verdict(event, Deadline.in(VERDICT, clock)));
        return verdict == null ? null : mutation.answered(verdict);
    }

    /** What a controller's call is answered; nothing when nobody answers. */
    <T> @Nullable T call(Function<Agent, T> call) {
        return !answers() || life.busy() ? null : life.ask(() -> call.apply(agent));
    }

    Deadline shareDeadline() {
        return Deadline.in(SHARE, clock);
    }
}
