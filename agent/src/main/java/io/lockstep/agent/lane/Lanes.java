package io.lockstep.agent.lane;

import io.lockstep.agent.work.Deadline;
import io.lockstep.core.port.LockManager;
import io.lockstep.core.port.LockManagerException;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.LockspaceState;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeInfo;
import io.lockstep.core.volume.VolumeName;
import io.lockstep.core.volume.VolumeTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/** The lanes of all managed volume groups, and the names of their volumes. */
public final class Lanes {

    private static final Logger LOG = Logger.getLogger(Lanes.class);

    private final LockManager lockManager;
    private final Predicate<VgName> managed;
    private final Function<VgName, VgLane> newLane;
    private final Executor background;
    private volatile boolean stale;
    private final SortedMap<VgName, VgLane> lanes = new ConcurrentSkipListMap<>();
    private volatile VolumeTable table = VolumeTable.EMPTY;
    private volatile Optional<String> problem = Optional.of("the volume groups have not been read yet");

    /**
     * @param managed whether a shared volume group is ours to manage
     * @param background where lanes that nobody waits for do their passes, so that a stuck group holds up no other
     */
    public Lanes(
            LockManager lockManager, Predicate<VgName> managed, Function<VgName, VgLane> newLane, Executor background) {
        this.lockManager = lockManager;
        this.managed = managed;
        this.newLane = newLane;
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

    public Optional<String> problem() {
        return problem;
    }

    /** Reads the names of all volumes of all managed groups, which may take their VG locks: at start, for unknown names, and rarely. */
    public void refresh() {
        try {
            Map<VgName, List<VolumeInfo>> volumes = new HashMap<>();
            List<String> failures = new ArrayList<>();
            for (VgName vg : lockManager.volumeGroups()) {
                if (managed.test(vg)) {
                    lanes.computeIfAbsent(vg, newLane);
                    volumes.put(vg, volumes(vg, failures));
                }
            }
            VolumeTable fresh = new VolumeTable(volumes);
            // The same instance as long as nothing has changed: what was resolved by it need not be resolved again.
            table = fresh.equals(table) ? table : fresh;
            problem = failures.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", failures));
        } catch (LockManagerException e) {
            problem = Optional.of(e.reason());
            LOG.warnf("the volume groups cannot be read: %s", e.reason());
        }
    }

    /** Whether a name that is not known may be one of ours: in a group of ours, or in one that has become shared since. */
    public boolean mayBeOurs(VolumeName unknown) {
        if (lanes.containsKey(unknown.vg())) {
            return true;
        }
        try {
            return managed.test(unknown.vg()) && lockManager.volumeGroups().contains(unknown.vg());
        } catch (LockManagerException e) {
            problem = Optional.of(e.reason());
            return false;
        }
    }

    /** Somebody saw a name that is not known; nobody waits for it. */
    public void readAgainSoon() {
        stale = true;
    }

    /** Whether the names should be read again, asked once. */
    public boolean takeStale() {
        boolean was = stale;
        stale = false;
        return was;
    }

    private List<VolumeInfo> volumes(VgName vg, List<String> failures) {
        try {
            return lockManager.volumes(vg);
        } catch (LockManagerException e) {
            failures.add("the volumes of " + vg + " cannot be read: " + e.reason());
            LOG.warn(failures.getLast());
            return table.groups().getOrDefault(vg, List.of());
        }
    }

    /** As {@link VgLane#settle}, over all the groups of these volumes. */
    public Settled settle(Map<Volume, LockMode> content, Deadline deadline) {
        Settled settled = new Settled(Map.of(), Map.of());
        for (Map.Entry<VgName, Map<Volume, LockMode>> group : byGroup(content).entrySet()) {
            VgLane lane = lanes.get(group.getKey());
            settled = settled.and(
                    lane == null ? unmanaged(group.getValue().keySet()) : lane.settle(group.getValue(), deadline));
        }
        return settled;
    }

    private static Settled unmanaged(Set<Volume> volumes) {
        Map<Volume, LockResult> results = new TreeMap<>();
        volumes.forEach(
                v -> results.put(v, new LockResult.LockspaceDown("volume group " + v.vg() + " is not managed here")));
        return new Settled(results, Map.of());
    }

    private static SortedMap<VgName, Map<Volume, LockMode>> byGroup(Map<Volume, LockMode> content) {
        SortedMap<VgName, Map<Volume, LockMode>> groups = new TreeMap<>();
        content.forEach((volume, mode) ->
                groups.computeIfAbsent(volume.vg(), vg -> new TreeMap<>()).put(volume, mode));
        return groups;
    }

    /** The lockspace that a volume's lock lives in, looked at afresh when the lane has not seen it live. */
    public LockspaceState lockspace(VgName vg) {
        VgLane lane = lanes.get(vg);
        if (lane == null) {
            return new LockspaceState.Unknown("volume group " + vg + " is not managed here");
        }
        if (!(lane.reading().lockspace() instanceof LockspaceState.Live)) {
            lane.look();
        }
        return lane.reading().lockspace();
    }

    /** Whether nothing is held here and nothing that was asked for may still come. */
    public boolean released(Volume volume) {
        return lane(volume.vg()).filter(l -> l.released(volume)).isPresent();
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

    public void wake(Set<Volume> volumes) {
        lanes.values().forEach(l -> l.wake(volumes));
        passInBackground();
    }

    public void passInBackground() {
        lanes.values().forEach(l -> background.execute(l::passIfWakeful));
    }

    /** The scheduler's look at every group. */
    public void lookInBackground() {
        lanes.values().forEach(l -> background.execute(l::look));
    }
}
