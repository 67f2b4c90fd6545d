package io.lockstep.agent.lane;

import io.lockstep.core.port.Devices;
import io.lockstep.core.port.LockManager;
import io.lockstep.core.volume.Generation;
import io.lockstep.core.volume.HostId;
import io.lockstep.core.volume.Lease;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.LockspaceState;
import io.lockstep.core.volume.LvUuid;
import io.lockstep.core.volume.PeerState;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.VgReading;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeInfo;
import io.lockstep.core.volume.VolumeReading;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;

/** A lock manager that notes its commands, and holds the first one until it is let go. */
class SlowLockManager implements LockManager {
    final CountDownLatch first = new CountDownLatch(1);
    final CountDownLatch go = new CountDownLatch(1);
    final List<SortedSet<Volume>> commands = new ArrayList<>();
    final SortedMap<Volume, LockMode> held = new TreeMap<>();
    /** Volumes that a process has open. */
    final Set<Volume> open = new TreeSet<>();
    /** What {@link #closed} was asked, time after time. */
    final List<Set<Volume>> waitedFor = new ArrayList<>();
    /** Of the open ones, those that are closed while they are waited for. */
    final Set<Volume> closing = new TreeSet<>();

    private final VgName vg;

    boolean stuck;
    volatile boolean failing;

    SlowLockManager(VgName vg) {
        this.vg = vg;
    }

    @Override
    public Set<VgName> volumeGroups() {
        return Set.of(vg);
    }

    @Override
    public List<VolumeInfo> volumes(VgName group) {
        return List.of();
    }

    @Override
    public synchronized VgReading read(VgName group) {
        if (failing) {
            throw new IllegalStateException("on purpose");
        }
        return new VgReading(
                group,
                new LockspaceState.Live(new HostId(1), new Generation(1)),
                held.entrySet().stream()
                        .map(e -> new VolumeReading(e.getKey(), e.getValue(), true, open.contains(e.getKey())))
                        .toList());
    }

    @Override
    public synchronized Set<Volume> closed(VgName group, Set<Volume> volumes) {
        waitedFor.add(volumes);
        open.removeAll(closing);
        Set<Volume> closed = new TreeSet<>(volumes);
        closed.removeAll(open);
        return closed;
    }

    @Override
    public Map<Volume, LockResult> change(VgName group, SortedSet<Volume> volumes, LockMode mode) {
        synchronized (this) {
            commands.add(volumes);
        }
        first.countDown();
        try {
            go.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        Map<Volume, LockResult> results = new TreeMap<>();
        synchronized (this) {
            for (Volume volume : volumes) {
                results.put(volume, stuck ? new LockResult.Stuck("lvchange") : new LockResult.Granted(mode));
                if (!stuck) {
                    held.put(volume, mode);
                }
            }
        }
        return results;
    }

    @Override
    public Map<Volume, Lease> leases(VgName group, Set<Volume> volumes) {
        return Map.of();
    }

    @Override
    public List<PeerState> peers(VgName group) {
        return List.of();
    }

    @Override
    public Devices devices() {
        return new Devices() {
            @Override
            public String follow(String path) {
                return path;
            }

            @Override
            public Optional<LvUuid> deviceMapper(int minor) {
                return Optional.empty();
            }
        };
    }
}
