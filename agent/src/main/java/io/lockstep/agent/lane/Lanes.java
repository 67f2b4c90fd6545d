package io.lockstep.agent.lane;

import io.lockstep.agent.work.Deadline;
import io.lockstep.core.port.LockManager;
import io.lockstep.core.port.LockManagerException;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.LockspaceState;
import io.lockstep.core.volume.LvUuid;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeInfo;
import io.lockstep.core.volume.VolumeName;
import io.lockstep.core.volume.VolumePath;
import io.lockstep.core.volume.VolumeReading;
import io.lockstep.core.volume.VolumeTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * The lanes of all managed volume groups, and the names of their volumes.
 *
 * <p>Guarantee: a group is forgotten only when it is not listed, its lockspace is stopped and nothing of it is needed or active here.
 * One that LVM merely does not see, as when the paths to its storage are lost, keeps its names, and nothing of it is claimed anew.
 */
public final class Lanes {

    private static final Logger LOG = Logger.getLogger(Lanes.class);

    private final LockManager lockManager;
    private final Predicate<VgName> managed;
    private final Function<VgName, VgLane> newLane;
    private final Supplier<Set<Volume>> needed;
    private final Executor background;
    private final AtomicBoolean stale = new AtomicBoolean();
    private final SortedMap<VgName, VgLane> lanes = new ConcurrentSkipListMap<>();
    private volatile VolumeTable table = VolumeTable.EMPTY;
    private volatile Optional<String> unread = Optional.of("the volume groups have not been read yet");
    private volatile SortedSet<VgName> lost = new TreeSet<>();

    /**
     * @param managed whether a shared volume group is ours to manage
     * @param needed what the domains of this host need, whether or not it can be seen
     * @param background where lanes that nobody waits for do their passes, so that a stuck group holds up no other
     */
    public Lanes(
            LockManager lockManager,
            Predicate<VgName> managed,
            Function<VgName, VgLane> newLane,
            Supplier<Set<Volume>> needed,
            Executor background) {
        this.lockManager = lockManager;
        this.managed = managed;
        this.newLane = newLane;
        this.needed = needed;
        this.background = background;
    }

    public Collection<VgLane> all() {
        return lanes.values();
    }

    public Set<VgName> names() {
        return lanes.keySet();
    }

    public Optional<VgLane> lane(VgName vg) {
        return Optional.ofNullable(lanes.get(vg));
    }

    public VolumeTable table() {
        return table;
    }

    /** Why the names are not all known, or not all of the groups are there; empty when they are. */
    public Optional<String> problem() {
        List<String> problems = new ArrayList<>(unread.stream().toList());
        lost.forEach(vg -> problems.add(lost(vg)));
        return problems.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", problems));
    }

    /** Why a path that is the name of no volume may be one all the same; empty when it cannot. */
    public Optional<String> unread(VolumePath path) {
        return unread.or(() -> lost.stream()
                .filter(vg -> switch (path) {
                    case VolumePath.Named named -> named.name().vg().equals(vg);
                    case VolumePath.Identified _ -> true;
                    case VolumePath.Minor _ -> false;
                    case VolumePath.Other _ -> false;
                })
                .map(Lanes::lost)
                .findFirst());
    }

    private static String lost(VgName vg) {
        return "volume group " + vg + " is in use here, but LVM does not list it any more: look at its storage (vgs)";
    }

    /** Reads the names of all volumes of all managed groups, which may take their VG locks: at start, for unknown names, and rarely. */
    public void refresh() {
        Set<VgName> listed;
        try {
            listed = lockManager.volumeGroups().stream().filter(managed).collect(Collectors.toSet());
        } catch (LockManagerException e) {
            unread = Optional.of(e.reason());
            LOG.warnf("the volume groups cannot be read: %s", e.reason());
            return;
        }
        Map<VgName, List<VolumeInfo>> volumes = new HashMap<>();
        List<String> failures = new ArrayList<>();
        for (VgName vg : listed) {
            lanes.computeIfAbsent(vg, newLane);
            volumes.put(vg, volumes(vg, failures));
        }
        SortedSet<VgName> missing = missing(listed);
        for (VgName vg : missing) {
            lanes.computeIfAbsent(vg, newLane);
            volumes.put(vg, remembered(vg));
        }
        missing.stream().filter(vg -> !lost.contains(vg)).forEach(vg -> LOG.warn(lost(vg)));
        VolumeTable fresh = new VolumeTable(volumes);
        // The same instance as long as nothing has changed: what was resolved by it need not be resolved again.
        table = fresh.equals(table) ? table : fresh;
        lost = missing;
        unread = failures.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", failures));
    }

    /** The groups that were there, or that domains of this host need, and that are not listed now. */
    private SortedSet<VgName> missing(Set<VgName> listed) {
        Set<VgName> inUse =
                needed.get().stream().map(Volume::vg).filter(managed).collect(Collectors.toSet());
        SortedSet<VgName> missing = new TreeSet<>(inUse);
        table.groups().keySet().stream().filter(vg -> !stopped(vg)).forEach(missing::add);
        missing.removeAll(listed);
        return missing;
    }

    /** A group that was removed or is not shared any more: its lockspace had to be stopped before, and nothing could be active. */
    private boolean stopped(VgName vg) {
        return lane(vg).map(VgLane::reading)
                .filter(r -> r.lockspace() instanceof LockspaceState.NotStarted)
                .filter(r -> r.volumes().isEmpty())
                .isPresent();
    }

    /** The volumes of a group that cannot be read now: as they were read last, and those that are needed. */
    private List<VolumeInfo> remembered(VgName vg) {
        List<VolumeInfo> infos = new ArrayList<>(table.groups().getOrDefault(vg, List.of()));
        Set<LvUuid> known = infos.stream().map(i -> i.volume().uuid()).collect(Collectors.toSet());
        needed.get().stream()
                .filter(v -> v.vg().equals(vg) && known.add(v.uuid()))
                .forEach(v -> infos.add(new VolumeInfo(v, false, "unknown")));
        return infos;
    }

    /** Whether a name that is not known may be one of ours: in a group of ours, or in one that has become shared since. */
    public boolean mayBeOurs(VolumeName unknown) {
        if (lanes.containsKey(unknown.vg())) {
            return true;
        }
        try {
            return managed.test(unknown.vg()) && lockManager.volumeGroups().contains(unknown.vg());
        } catch (LockManagerException e) {
            unread = Optional.of(e.reason());
            return false;
        }
    }

    /** Somebody saw a name that is not known; nobody waits for it. */
    public void readAgainSoon() {
        stale.set(true);
    }

    /** Whether the names should be read again, asked once. */
    public boolean takeStale() {
        return stale.getAndSet(false);
    }

    private List<VolumeInfo> volumes(VgName vg, List<String> failures) {
        try {
            return lockManager.volumes(vg);
        } catch (LockManagerException e) {
            failures.add("the volumes of " + vg + " cannot be read: " + e.reason());
            LOG.warn(failures.getLast());
            return remembered(vg);
        }
    }

    /** As {@link VgLane#settle}, over all the groups of these volumes. */
    public Settled settle(Map<Volume, LockMode> content, Deadline deadline) {
        Settled settled = new Settled(Map.of(), Map.of());
        for (Map.Entry<VgName, Map<Volume, LockMode>> group : byGroup(content).entrySet()) {
            settled = settled.and(settle(group.getKey(), group.getValue(), deadline));
        }
        return settled;
    }

    private Settled settle(VgName vg, Map<Volume, LockMode> content, Deadline deadline) {
        return lane(vg).map(lane -> lane.settle(content, deadline))
                .orElseGet(() -> new Settled(
                        LaneWords.all(content.keySet(), new LockResult.LockspaceDown(notManaged(vg))), Map.of()));
    }

    private static String notManaged(VgName vg) {
        return "volume group " + vg + " is not managed here";
    }

    private static SortedMap<VgName, Map<Volume, LockMode>> byGroup(Map<Volume, LockMode> content) {
        SortedMap<VgName, Map<Volume, LockMode>> groups = new TreeMap<>();
        content.forEach((volume, mode) ->
                groups.computeIfAbsent(volume.vg(), vg -> new TreeMap<>()).put(volume, mode));
        return groups;
    }

    /** The lockspace that a volume's lock lives in, looked at afresh when the lane has not seen it live, or the group was not there. */
    public LockspaceState lockspace(VgName vg, Deadline deadline) {
        VgLane lane = lanes.get(vg);
        if (lane == null) {
            return new LockspaceState.Unknown(notManaged(vg));
        }
        if (lost.contains(vg)) {
            refresh();
        }
        if (lost.contains(vg)) {
            return new LockspaceState.Unknown(lost(vg));
        }
        if (!(lane.reading().lockspace() instanceof LockspaceState.Live)) {
            lookAgain(vg, deadline);
        }
        return lane.reading().lockspace();
    }

    /** Waits for a pass that began after this: one that is under way has read before. */
    public void lookAgain(VgName vg, Deadline deadline) {
        lane(vg).ifPresent(lane -> lane.settle(Map.of(), deadline));
    }

    /** Whether something on this host had it open when it was looked at last. */
    public boolean open(Volume volume) {
        return lane(volume.vg())
                .flatMap(l -> l.reading().of(volume))
                .filter(VolumeReading::open)
                .isPresent();
    }

    /** Whether its lockspace is live, and a lock of it there would not be ours. */
    public boolean foreign(Volume volume) {
        return lane(volume.vg()).filter(l -> l.foreign(volume)).isPresent();
    }

    /** Whether nothing is held here and nothing that was asked for may still come. */
    public boolean released(Volume volume) {
        return lane(volume.vg()).filter(l -> l.released(volume)).isPresent();
    }

    /** Which of these are not as they should be, and why, as the lock manager said when it was asked last. */
    public Map<Volume, String> wrong(Set<Volume> volumes) {
        Map<Volume, String> wrong = new TreeMap<>();
        lanes.values().stream()
                .flatMap(l -> l.drifts().stream())
                .filter(d -> volumes.contains(d.drift().volume()))
                .forEach(d -> wrong.put(d.drift().volume(), d.words()));
        return wrong;
    }

    public Optional<LockMode> held(Volume volume) {
        return lane(volume.vg()).flatMap(l -> l.reading().mode(volume));
    }

    /** Brings a volume that is not ours back to what it was. */
    public void restore(Volume volume, LockMode before, Deadline deadline) {
        lane(volume.vg()).ifPresent(l -> l.byHand(new TreeSet<>(Set.of(volume)), before, deadline));
    }

    public void releaseSoon(Set<Volume> volumes) {
        lanes.values().forEach(l -> l.releaseSoon(volumes));
    }

    /** A guest has left these volumes: they are released at once, in the background. */
    public void left(Set<Volume> volumes) {
        lanes.values().forEach(l -> l.left(volumes));
        passInBackground();
    }

    /** Before the agent goes: what guests have left is released, as far as the time allows. */
    public void finish(Deadline deadline) {
        lanes.values().forEach(l -> l.finish(deadline));
    }

    public void wake(Set<Volume> volumes) {
        lanes.values().forEach(l -> l.wake(volumes));
        passInBackground();
    }

    public void passInBackground() {
        lanes.values().forEach(l -> inBackground(l::passIfWakeful));
    }

    private void inBackground(Runnable task) {
        try {
            background.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("the agent stops: what is left is found by looking when it starts again");
        }
    }

    /** The scheduler's look at every group. */
    public void lookInBackground() {
        lanes.values().forEach(l -> inBackground(l::look));
    }
}
