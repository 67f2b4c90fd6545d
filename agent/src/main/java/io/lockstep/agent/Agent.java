package io.lockstep.agent;

import io.lockstep.agent.claim.Claiming;
import io.lockstep.agent.claim.Policy;
import io.lockstep.agent.claim.Refusals;
import io.lockstep.agent.claim.Volumes;
import io.lockstep.agent.controller.Controller;
import io.lockstep.agent.disk.DiskChanges;
import io.lockstep.agent.handover.Handovers;
import io.lockstep.agent.handover.SideView;
import io.lockstep.agent.handover.SourceSide;
import io.lockstep.agent.handover.TargetSide;
import io.lockstep.agent.hook.Incoming;
import io.lockstep.agent.hook.Verdicts;
import io.lockstep.agent.lane.LaneSettings;
import io.lockstep.agent.lane.Lanes;
import io.lockstep.agent.lane.Needs;
import io.lockstep.agent.lane.VgLane;
import io.lockstep.agent.libvirt.DomainWatch;
import io.lockstep.agent.libvirt.Suspension;
import io.lockstep.agent.migration.OutgoingMigrations;
import io.lockstep.agent.reconcile.Reconciler;
import io.lockstep.agent.state.AgentState;
import io.lockstep.agent.state.StateStore;
import io.lockstep.agent.work.Changes;
import io.lockstep.agent.work.Deadline;
import io.lockstep.core.claim.Need;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.SideProgress;
import io.lockstep.core.hook.HookEvent;
import io.lockstep.core.hook.Verdict;
import io.lockstep.core.port.HostPlatform;
import io.lockstep.core.volume.VgReading;
import io.lockstep.core.volume.Volume;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.concurrent.Executor;

/**
 * One host's agent: its parts put together, without Quarkus.
 *
 * <p>Everything that happens in the background happens on the given executor, when {@link #tick} or somebody's wake says so; so a
 * simulation can run an agent step by step, and a service runs it on threads.
 */
public final class Agent {

    private final HostName host;
    private final HostPlatform platform;
    private final StateStore state;
    private final InstantSource clock;
    private final Changes changes = new Changes();
    private final DomainWatch watch;
    private final Lanes lanes;
    private final Handovers handovers;
    private final Volumes volumes;
    private final Verdicts verdicts;
    private final SourceSide source;
    private final DiskChanges disks;
    private final OutgoingMigrations migrations;
    private final Readiness readiness;
    private final Rounds rounds;

    private volatile boolean started;

    /** What an agent needs of its surroundings. */
    public record Surroundings(
            HostName host,
            HostPlatform platform,
            Controller controller,
            StateStore state,
            InstantSource clock,
            Executor background,
            Later later,
            Claiming.Pause pause) {}

    /** Runs something in the background after a while. */
    public interface Later {
        void after(Duration time, Runnable task);
    }

    /**
     * @param opening how long a source leaves its target to take part
     * @param rereading how often the names of all volumes are read again without a reason
     */
    public record Settings(
            Policy policy, LaneSettings lane, DomainWatch.WatchSettings watch, Duration opening, Duration rereading) {}

    public Agent(Surroundings on, Settings settings) {
        this.host = on.host();
        this.platform = on.platform();
        this.state = on.state();
        this.clock = on.clock();
        Policy policy = settings.policy();
        String bootId = platform.bootId();

        this.watch = new DomainWatch(platform.hypervisor(), clock, settings.watch(), this::concerned);
        this.handovers = new Handovers(state, watch, clock, on.controller()::report);
        Needs needs = new Needs() {
            @Override
            public SortedMap<Volume, Need> now() {
                return handovers.needs();
            }

            @Override
            public Set<Volume> ours(VgReading reading) {
                return state.get().ours(reading, bootId);
            }
        };
        this.lanes = new Lanes(
                platform.lockManager(),
                policy::manages,
                vg -> new VgLane(vg, platform.lockManager(), needs, clock, settings.lane(), this::reconcileSoon),
                () -> needs.now().keySet(),
                on.background());
        this.volumes = new Volumes(lanes, platform.lockManager().devices(), watch);
        Refusals refusals = new Refusals(on.controller(), platform.lockManager());
        Claiming claiming = new Claiming(state, lanes, bootId, on.pause(), refusals::forNoDomain);
        TargetSide target = new TargetSide(
                policy, state, volumes, claiming, handovers, on.controller(), platform.lockManager(), refusals, clock);
        this.source = new SourceSide(state, lanes, handovers, refusals, clock, settings.opening());
        Reconciler reconciler = new Reconciler(policy, state, watch, volumes, claiming, handovers, lanes);
        this.readiness = new Readiness(state, lanes, watch);
        this.rounds = new Rounds(new Rounds.Parts(
                watch,
                settings.watch(),
                state,
                handovers,
                lanes,
                () -> {
                    reconciler.pass();
                    readiness.tell();
                    lanes.passInBackground();
                    changes.happened();
                },
                settings.rereading(),
                clock,
                on.background(),
                on.later()));
        Incoming incoming = new Incoming(policy.incoming(), state, platform.definitions(), clock);
        this.verdicts = new Verdicts(
                policy, state, lanes, volumes, watch, claiming, target, incoming, refusals, rounds::lookSoon);
        this.disks = new DiskChanges(
                new DiskChanges.Parts(
                        policy,
                        state,
                        lanes,
                        volumes,
                        watch,
                        claiming,
                        refusals,
                        platform.hypervisor(),
                        on.pause(),
                        settings.watch().lookGap()),
                reconciler::pass,
                rounds::lookSoon);
        this.migrations = new OutgoingMigrations(new OutgoingMigrations.Parts(
                host,
                platform,
                policy,
                state,
                lanes,
                watch,
                clock,
                on.background(),
                on.later()::after,
                rounds::lookSoon));
    }

    private void reconcileSoon() {
        rounds.reconcileSoon();
    }

    /** The state as it counts in this boot, and a first look at every lock; after it hooks can be answered. */
    public void start() {
        state.giveUp(s -> s.in(platform.bootId(), clock.instant()));
        lanes.refresh();
        lanes.all().forEach(VgLane::look);
        platform.hypervisor().onChange(rounds::happened);
        started = true;
        tick();
    }

    public boolean started() {
        return started;
    }

    /** Before the agent goes: the locks of guests that have stopped are released, as far as the time allows. */
    public void finish(Duration time) {
        lanes.finish(Deadline.in(time, clock));
    }

    /** The scheduler's turn: everybody looks. */
    public void tick() {
        rounds.begin();
    }

    /** How long ago the scheduler had its turn, by a clock that does not step with the wall's. */
    public Duration sinceTick() {
        return rounds.sinceBegun();
    }

    public Verdict verdict(HookEvent event, Deadline deadline) {
        return verdicts.of(event, deadline);
    }

    public SourceSide.Outcome share(SourceSide.Share request, Deadline deadline) {
        return source.share(request, deadline);
    }

    /** Disks of domains that run here. */
    public DiskChanges disks() {
        return disks;
    }

    /** Migrations away from this host. */
    public OutgoingMigrations migrations() {
        return migrations;
    }

    /** The other side of a handover has got further. */
    public Optional<SideView> wake(HandoverId id, Optional<SideProgress> peer) {
        Optional<SideView> view = handovers.wake(id, peer, lanes);
        rounds.lookSoon();
        return view;
    }

    /** Suspends a guest that runs twice. @return why not; empty when libvirt says that it is suspended */
    public Optional<String> suspend(DomainUuid domain) {
        Optional<String> refusal = new Suspension(watch, platform.hypervisor()).suspend(domain);
        rounds.lookSoon();
        return refusal;
    }

    /** Asks libvirt now. Blocks as long as libvirt takes. */
    public void lookNow() {
        rounds.lookNow();
    }

    public HostName host() {
        return host;
    }

    public HostPlatform platform() {
        return platform;
    }

    public AgentState state() {
        return state.get();
    }

    public DomainWatch watch() {
        return watch;
    }

    public Lanes lanes() {
        return lanes;
    }

    public Volumes volumes() {
        return volumes;
    }

    public SortedMap<Volume, Need> needs() {
        return handovers.needs();
    }

    public List<SideView> handovers() {
        return handovers.views(lanes);
    }

    public Changes changes() {
        return changes;
    }

    /** What a start of guests would have to wait for: groups that could not be read, and lockspaces that are not live. */
    public List<String> notLive() {
        return readiness.notLive();
    }

    /** What keeps this host from being ready, in words. */
    public List<String> problems() {
        return readiness.problems();
    }

    private Collection<DomainUuid> concerned() {
        AgentState now = state.get();
        Set<DomainUuid> domains = new TreeSet<>(now.claims().keySet());
        domains.addAll(now.handovers().keySet());
        return domains;
    }
}
