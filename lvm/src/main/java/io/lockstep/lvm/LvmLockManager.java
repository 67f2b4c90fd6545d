package io.lockstep.lvm;

import io.lockstep.core.port.Devices;
import io.lockstep.core.port.LockManager;
import io.lockstep.core.port.LockManagerException;
import io.lockstep.core.volume.Lease;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.PeerState;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.VgReading;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeInfo;
import io.lockstep.lvm.command.Answer;
import io.lockstep.lvm.command.CommandRunner;
import io.lockstep.lvm.command.Limits;
import io.lockstep.lvm.command.OneAtATime;
import io.lockstep.lvm.command.ProcessRunner;
import io.lockstep.lvm.devicemapper.DeviceMapper;
import io.lockstep.lvm.devicemapper.HostDevices;
import io.lockstep.lvm.devicemapper.OpenCounts;
import io.lockstep.lvm.devicemapper.Openers;
import io.lockstep.lvm.devicemapper.Sysfs;
import io.lockstep.lvm.report.LockTypes;
import io.lockstep.lvm.report.LvRow;
import io.lockstep.lvm.report.LvmReport;
import io.lockstep.lvm.report.VgRow;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.Collectors;

/**
 * The lock manager of a real host: LVM with lvmlockd, and sanlock or dlm.
 *
 * <p>Guarantees: every call ends within a bounded time, whatever hangs; a command that does not end keeps others of its kind from
 * being started, and fails them at once; an exit status is never taken for a lock or a release; locks count only in a lockspace
 * that sanlock renews. With dlm, lvmlockd's word is all there is, and nobody can tell who holds a volume elsewhere.
 *
 * <p>A thin volume is listed, as not shareable; what is locked for it is its pool, and it shows that lock while it is active.
 */
public final class LvmLockManager implements LockManager {

    /** Every start of a domain with a disk that is not ours may ask; longer, and a new group would go unnoticed. */
    private static final Duration GROUPS_FRESH = Duration.ofSeconds(1);

    private final CommandRunner runner;
    private final InstantSource clock;
    private final Metadata metadata;
    private final Reader reader;
    private final Changes changes;
    private final Leases leases;
    private final Peers peers;
    private final Closing closing;
    private final Devices devices;
    private volatile Optional<Groups> groups = Optional.empty();

    private record Groups(Instant at, Set<VgName> shared) {}

    /**
     * @param runner of the commands; they are kept from piling up here
     * @param openCounts where device-mapper can be asked without a command; its command is used where not
     * @param root of the file system with /sys, /proc and /dev: {@code /}, or elsewhere in tests
     */
    public LvmLockManager(CommandRunner runner, Limits limits, Path root, OpenCounts openCounts, InstantSource clock) {
        this.runner = new OneAtATime(runner, limits);
        this.clock = clock;
        Sysfs sysfs = new Sysfs(root);
        this.metadata = new Metadata(this.runner, clock);
        this.reader = new Reader(this.runner, limits, sysfs, openCounts, metadata, clock);
        this.closing = new Closing(sysfs, openCounts);
        this.changes = new Changes(this.runner, limits, sysfs, new Openers(root), reader);
        this.leases = new Leases(this.runner, metadata, reader);
        this.peers = new Peers(this.runner, reader);
        this.devices = new HostDevices(root);
    }

    /**
     * The lock manager of the host on which this runs.
     *
     * @param clock one that never steps: what was read is kept until it is old
     */
    public static LvmLockManager ofThisHost(InstantSource clock) {
        return new LvmLockManager(
                new ProcessRunner(Limits.DEFAULT), Limits.DEFAULT, Path.of("/"), DeviceMapper.ofThisHost(), clock);
    }

    @Override
    public Set<VgName> volumeGroups() throws LockManagerException {
        Instant now = clock.instant();
        Optional<Groups> fresh = groups.filter(g -> now.isBefore(g.at().plus(GROUPS_FRESH)));
        if (fresh.isPresent()) {
            return fresh.get().shared();
        }
        List<VgRow> rows = required(Answer.of(runner, LvmReport.groups(), LvmReport::parseGroups));
        Set<VgName> shared =
                rows.stream().filter(VgRow::shared).map(VgRow::name).collect(Collectors.toUnmodifiableSet());
        groups = Optional.of(new Groups(now, shared));
        return shared;
    }

    @Override
    public List<VolumeInfo> volumes(VgName vg) throws LockManagerException {
        List<LvRow> rows = required(metadata.read(vg));
        if (rows.stream().anyMatch(r -> !LockTypes.shared(r.lockType()))) {
            throw new LockManagerException("volume group " + vg + " is not shared");
        }
        return rows.stream().map(LvRow::info).toList();
    }

    @Override
    public VgReading read(VgName vg) {
        try {
            return reader.read(vg);
        } catch (RuntimeException e) {
            return VgReading.unknown(vg, "what the lock manager says could not be read: " + e);
        }
    }

    @Override
    public Map<Volume, LockResult> change(VgName vg, SortedSet<Volume> volumes, LockMode mode) {
        return changes.change(vg, volumes, mode);
    }

    @Override
    public Set<Volume> closed(VgName vg, Set<Volume> volumes) {
        return closing.await(volumes);
    }

    @Override
    public Map<Volume, Lease> leases(VgName vg, Set<Volume> volumes) {
        return leases.of(vg, volumes);
    }

    @Override
    public List<PeerState> peers(VgName vg) {
        return peers.of(vg);
    }

    @Override
    public Devices devices() {
        return devices;
    }

    private static <T> T required(Answer<T> answer) throws LockManagerException {
        return answer.given().orElseThrow(() -> new LockManagerException(answer.trouble()));
    }
}
