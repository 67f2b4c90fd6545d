package io.lockstep.proof.chaos.world;

import io.lockstep.core.domain.HostName;
import io.lockstep.core.hook.HookEvent;
import io.lockstep.core.hook.HookOperation;
import io.lockstep.core.hook.Verdict;
import io.lockstep.core.volume.VgName;
import io.lockstep.simulator.SimulatedHost;
import io.lockstep.simulator.hook.HookResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A simulated host with its agent, and what can happen to both. */
public final class ChaosHost {

    /** A hook program's own time, and how long it goes on trying to reach the agent. */
    private static final Duration HOOK = Duration.ofMillis(50);

    private static final int TRIES = 5;

    private final World world;
    private final SimulatedHost simulated;
    private final StoredState stored = new StoredState();
    private final Set<String> hooks = new TreeSet<>();
    private @Nullable AgentProcess agent;
    private boolean libvirtRuns = true;

    ChaosHost(World world, SimulatedHost simulated) {
        this.world = world;
        this.simulated = simulated;
        simulated.libvirtd().onChange(() -> running().ifPresent(AgentProcess::libvirtChanged));
    }

    public HostName name() {
        return simulated.name();
    }

    public SimulatedHost simulated() {
        return simulated;
    }

    /** The agent's process, if there is one. */
    public Optional<AgentProcess> running() {
        return Optional.ofNullable(agent);
    }

    /** Whether somebody may ask something of this host without coming in between what its agent is just doing. */
    public boolean free() {
        return running().filter(a -> a.life().busy()).isEmpty();
    }

    /** Whether a hook of the domain is being answered here. */
    public boolean answersHookOf(String domain) {
        return hooks.contains(domain);
    }

    /** Whether its libvirt can be asked. */
    public boolean libvirtAnswers() {
        return simulated.storage().powered() && libvirtRuns;
    }

    // The agent

    public void startAgent() {
        if (agent == null && simulated.storage().powered()) {
            agent = new AgentProcess(this, world, stored);
            agent.start();
        }
    }

    public void killAgent() {
        if (agent != null) {
            agent.life().end();
            agent = null;
        }
    }

    public void loseState() {
        stored.lose();
    }

    public void stateDiskFull(boolean full) {
        stored.full(full);
    }

    // libvirt

    public void killLibvirt() {
        libvirtRuns = false;
        simulated.libvirtd().killDaemon();
    }

    public void startLibvirt() {
        if (simulated.storage().powered() && !libvirtRuns) {
            libvirtRuns = true;
            simulated.libvirtd().startDaemon();
        }
    }

    // Power

    public void powerCut() {
        killAgent();
        libvirtRuns = false;
        simulated.powerCut();
    }

    /** The host boots as its units say: lock daemons and lockspaces, the agent, libvirt. */
    public void boot() {
        if (simulated.storage().powered()) {
            return;
        }
        simulated.powerOn();
        startLockspaces();
        startAgent();
        world.timeline().after(Duration.ofSeconds(1), this::startLibvirt);
    }

    public void startLockspaces() {
        for (VgName vg : world.cluster().disk().sharedGroups()) {
            if (simulated.storage().powered()) {
                simulated.lockStart(vg.value());
            }
        }
    }

    // The hook

    /** What the hook program answers libvirt. */
    HookResult hook(String domain, String operation, String suboperation, String extra, String xml) {
        HookOperation known = HookOperation.of(operation).orElseThrow();
        return switch (known) {
            case START, STARTED, STOPPED -> HookResult.allow();
            case PREPARE, MIGRATE, RESTORE, RECONNECT, RELEASE, ATTACH ->
                asked(new HookEvent(domain, known, suboperation, extra, xml.getBytes(StandardCharsets.UTF_8)));
        };
    }

    private HookResult asked(HookEvent event) {
        boolean first = hooks.add(event.name());
        try {
            world.timeline().pass(HOOK);
            for (int tries = 0; tries < TRIES; tries++) {
                Optional<AgentProcess> there = running().filter(AgentProcess::answers);
                if (there.isPresent() && first && free()) {
                    return answer(event, there.get().verdict(event));
                }
                world.timeline().pass(Duration.ofSeconds(1));
            }
            return answer(event, null);
        } finally {
            if (first) {
                hooks.remove(event.name());
            }
        }
    }

    private static HookResult answer(HookEvent event, @Nullable Verdict verdict) {
        return switch (verdict) {
            case null ->
                event.operation() == HookOperation.RELEASE || event.operation() == HookOperation.RECONNECT
                        ? HookResult.allow()
                        : HookResult.refuse("lockstep: the agent does not answer");
            case Verdict.Allow allow -> new HookResult(0, allow.output().orElse(""), "");
            case Verdict.Refuse refuse -> HookResult.refuse("lockstep: " + refuse.reason());
        };
    }
}
