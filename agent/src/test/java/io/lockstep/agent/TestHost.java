package io.lockstep.agent;

import io.lockstep.agent.claim.Policy;
import io.lockstep.agent.lane.LaneSettings;
import io.lockstep.agent.libvirt.DomainWatch;
import io.lockstep.agent.state.StateFile;
import io.lockstep.agent.state.StateStore;
import io.lockstep.agent.work.Deadline;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.hook.ActionMapping;
import io.lockstep.core.hook.Enforcement;
import io.lockstep.core.hook.HookEvent;
import io.lockstep.core.hook.HookOperation;
import io.lockstep.core.hook.Verdict;
import io.lockstep.core.volume.VgName;
import io.lockstep.simulator.SimulatedHost;
import io.lockstep.simulator.hook.HookResult;
import io.lockstep.simulator.time.SimulatedTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/** A simulated host with its agent, which can be killed and started again. */
final class TestHost {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final SimulatedHost host;
    private final DirectController controller;
    private final SimulatedTime time;
    private final Steps steps;
    private final Path stateFile;
    private Map<VgName, Enforcement> groups = Map.of();
    Duration step = Duration.ZERO;
    private Enforcement enforcement = Enforcement.ENFORCE;
    private Policy.IncomingPrepare incoming = Policy.IncomingPrepare.TOKEN;
    private Agent agent;
    private boolean running;
    private Steps.AgentProcess process;
    private Runnable beforeAttach = () -> {};
    private Duration eventDelay = Duration.ZERO;
    private final Deque<Runnable> later = new ArrayDeque<>();

    TestHost(SimulatedHost host, DirectController controller, SimulatedTime time, Steps steps, Path directory) {
        this.host = host;
        this.controller = controller;
        this.time = time;
        this.steps = steps;
        this.stateFile = directory.resolve(host.name() + ".json");
        this.process = new Steps.AgentProcess(steps);
        this.agent = newAgent();
    }

    HostName name() {
        return host.name();
    }

    SimulatedHost host() {
        return host;
    }

    Agent agent() {
        return agent;
    }

    Path stateFile() {
        return stateFile;
    }

    void enforcement(Enforcement changed) {
        enforcement = changed;
        restart();
    }

    void groups(Map<VgName, Enforcement> changed) {
        groups = changed;
        restart();
    }

    void incoming(Policy.IncomingPrepare changed) {
        incoming = changed;
        restart();
    }

    /** From the next start on: how long after an event the look follows. */
    void eventDelay(Duration changed) {
        eventDelay = changed;
        restart();
    }

    /** What was put off until a later time. */
    Deque<Runnable> later() {
        return later;
    }

    void start() {
        agent.start();
        running = true;
    }

    /** A kill: whatever was not in the state file is gone. */
    void kill() {
        running = false;
        process.kill();
    }

    void restart() {
        kill();
        process = new Steps.AgentProcess(steps);
        agent = newAgent();
        start();
    }

    /** What happens, once, after the locks of a disk are taken and before libvirt is asked to attach it. */
    void beforeAttach(Runnable happens) {
        beforeAttach = happens;
    }

    boolean running() {
        return running;
    }

    /** What the hook program answers libvirt. */
    HookResult hook(String domain, String operation, String suboperation, String extra, String xml) {
        HookOperation known = HookOperation.of(operation).orElseThrow();
        if (known == HookOperation.START || known == HookOperation.STARTED || known == HookOperation.STOPPED) {
            return HookResult.allow();
        }
        if (!running) {
            return known == HookOperation.RELEASE || known == HookOperation.RECONNECT
                    ? HookResult.allow()
                    : HookResult.refuse("lockstep: the agent does not answer");
        }
        Verdict verdict = agent.verdict(
                new HookEvent(domain, known, suboperation, extra, xml.getBytes(StandardCharsets.UTF_8)),
                Deadline.in(MINUTE, time));
        return switch (verdict) {
            case Verdict.Allow allow -> new HookResult(0, allow.output().orElse(""), "");
            case Verdict.Refuse refuse -> HookResult.refuse("lockstep: " + refuse.reason());
        };
    }

    private void aboutToAttach() {
        Runnable happens = beforeAttach;
        beforeAttach = () -> {};
        happens.run();
    }

    private Agent newAgent() {
        Policy policy = new Policy(
                enforcement,
                groups,
                Map.of(),
                ActionMapping.defaults(),
                incoming,
                MINUTE,
                Duration.ofSeconds(55),
                Duration.ofSeconds(10),
                Duration.ofSeconds(120));
        try {
            return new Agent(
                    new Agent.Surroundings(
                            host.name(),
                            new WatchedPlatform(host.platform(), this::aboutToAttach),
                            controller.as(host.name()),
                            new StateStore(new StateFile(stateFile)),
                            () -> time.instant().plus(step),
                            process,
                            (after, task) -> later.add(task),
                            time::pass),
                    new Agent.Settings(
                            policy,
                            LaneSettings.DEFAULT,
                            new DomainWatch.WatchSettings(Duration.ofMillis(500), Duration.ofMinutes(30), eventDelay),
                            MINUTE,
                            Duration.ofMinutes(10)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
