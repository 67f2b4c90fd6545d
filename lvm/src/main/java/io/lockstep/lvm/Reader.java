package io.lockstep.lvm;

import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LockspaceState;
import io.lockstep.core.volume.LvUuid;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.VgReading;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeName;
import io.lockstep.core.volume.VolumeReading;
import io.lockstep.lvm.command.Answer;
import io.lockstep.lvm.command.CommandRunner;
import io.lockstep.lvm.command.Limits;
import io.lockstep.lvm.devicemapper.DmDevice;
import io.lockstep.lvm.devicemapper.DmTable;
import io.lockstep.lvm.devicemapper.OpenCounts;
import io.lockstep.lvm.devicemapper.Sysfs;
import io.lockstep.lvm.lvmlockd.AfterOthers;
import io.lockstep.lvm.lvmlockd.LockdDump;
import io.lockstep.lvm.lvmlockd.LockdLockspace;
import io.lockstep.lvm.report.InternalNames;
import io.lockstep.lvm.report.LvRow;
import io.lockstep.lvm.sanlock.HostStates;
import io.lockstep.lvm.sanlock.SanlockSpace;
import io.lockstep.lvm.sanlock.SanlockStatus;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** One look at a volume group: two local commands at most, in the usual case, and none that takes an LVM lock. */
final class Reader {

    private static final Duration SANLOCK_FRESH = Duration.ofSeconds(5);

    private final CommandRunner runner;
    private final Sysfs sysfs;
    private final OpenCounts openCounts;
    private final Metadata metadata;
    private final InstantSource clock;
    private volatile Optional<Heard> heard = Optional.empty();

    /** What sanlock said, and when. */
    private record Heard(Instant at, Answer<SanlockStatus> status) {}

    /** @param limits a look asks local daemons only, and gets two thirds of the time that a command gets */
    Reader(
            CommandRunner runner,
            Limits limits,
            Sysfs sysfs,
            OpenCounts openCounts,
            Metadata metadata,
            InstantSource clock) {
        Duration limit = limits.time().multipliedBy(2).dividedBy(3);
        this.runner = command -> runner.run(command.within(limit));
        this.sysfs = sysfs;
        this.openCounts = openCounts;
        this.metadata = metadata;
        this.clock = clock;
    }

    VgReading read(VgName vg) {
        Answer<LockdDump> lockd = lockd();
        Answer<SanlockStatus> sanlock = sanlock(vg, lockd);
        if (!(lockd instanceof Answer.Given<LockdDump>(LockdDump dump))) {
            return VgReading.unknown(vg, silent(lockd) + orphans(vg, sanlock));
        }
        DmTable devices;
        try {
            devices = devices();
        } catch (IOException e) {
            return VgReading.unknown(vg, "the device-mapper devices cannot be read: " + e.getMessage());
        }
        Optional<LockdLockspace> lockspace = dump.of(vg.value());
        return new VgReading(
                vg, ready(vg, Lockspaces.state(vg, dump, sanlock), sanlock), volumes(vg, lockspace, devices));
    }

    Answer<LockdDump> lockd() {
        return Answer.of(new AfterOthers(runner), LockdDump.COMMAND, LockdDump::parse);
    }

    /**
     * What sanlock says of its lockspaces: what it said a moment ago, while that proves the lockspace live that lvmlockd shows now.
     * Others are granted a lock 140 s after the last renewal and it counts for 80 s, so some seconds make no difference; and a
     * lvchange that has changed a lock was answered by sanlock itself.
     */
    Answer<SanlockStatus> sanlock(VgName vg, Answer<LockdDump> lockd) {
        Instant now = clock.instant();
        Optional<Answer<SanlockStatus>> before = heard.filter(h -> now.isBefore(h.at().plus(SANLOCK_FRESH)))
                .map(Heard::status)
                .filter(s -> lockd.given()
                        .map(dump -> Lockspaces.state(vg, dump, s))
                        .filter(LockspaceState.Live.class::isInstance)
                        .isPresent());
        return before.orElseGet(this::sanlock);
    }

    Answer<SanlockStatus> sanlock() {
        Instant asked = clock.instant();
        Answer<SanlockStatus> status = Answer.of(runner, SanlockStatus.COMMAND, SanlockStatus::parse);
        heard = Optional.of(new Heard(asked, status));
        return status;
    }

    static String silent(Answer<LockdDump> lockd) {
        return lockd.trouble().contains("lvmlockd.socket: connect failed")
                ? "lvmlockd is not running"
                : "lvmlockd does not answer: " + lockd.trouble();
    }

    private String orphans(VgName vg, Answer<SanlockStatus> sanlock) {
        return Lockspaces.orphans(
                vg, sanlock, uuid -> metadata.row(vg, uuid).map(r -> r.name().toString()));
    }

    /** Where neither the kernel nor dmsetup tells what is open, everything counts as open, so that nothing is released. */
    private DmTable devices() throws IOException {
        DmTable active = sysfs.table();
        try {
            return openCounts.of(active);
        } catch (IOException e) {
            Answer<DmTable> devices = Answer.of(runner, DmTable.COMMAND, DmTable::parse);
            return devices instanceof Answer.Given<DmTable>(DmTable table) ? table : active;
        }
    }

    /** Right after joining sanlock does not know the other hosts yet; only then it is worth a command. */
    private LockspaceState ready(VgName vg, LockspaceState state, Answer<SanlockStatus> sanlock) {
        Optional<SanlockStatus> status = sanlock.given();
        Optional<SanlockSpace> space = status.flatMap(s -> s.space(Lockspaces.name(vg)));
        if (!(state instanceof LockspaceState.Live)
                || space.filter(s -> Lockspaces.justJoined(s, status.get().monotime()))
                        .isEmpty()) {
            return state;
        }
        Optional<HostStates> hosts =
                Answer.of(runner, HostStates.COMMAND, HostStates::parse).given();
        return hosts.isPresent() && hosts.get().of(Lockspaces.name(vg)).isEmpty()
                ? new LockspaceState.Unknown("hosts not ready: sanlock has only just joined the lockspace")
                : state;
    }

    private List<VolumeReading> volumes(VgName vg, Optional<LockdLockspace> lockspace, DmTable devices) {
        Set<LvUuid> locked = lockspace
                .map(l -> (Set<LvUuid>) new TreeSet<>(l.locks().keySet()))
                .orElseGet(TreeSet::new);
        Set<LvUuid> uuids = new TreeSet<>(locked);
        Optional<String> vgUuid = lockspace.map(LockdLockspace::vgUuid).or(() -> metadata.vgUuid(vg));
        devices.group(vg, vgUuid).forEach(d -> d.partOf().ifPresent(uuids::add));
        metadata.complete(
                vg, locked.stream().filter(u -> name(vg, u, devices).isEmpty()).toList());
        List<VolumeReading> readings = new ArrayList<>();
        for (LvUuid uuid : uuids) {
            name(vg, uuid, devices)
                    .filter(n -> metadata.row(vg, uuid).isPresent() || !InternalNames.internal(n.lv().value()))
                    .map(name -> reading(new Volume(name, uuid), lockspace, devices))
                    .ifPresent(readings::add);
        }
        return readings;
    }

    private VolumeReading reading(Volume volume, Optional<LockdLockspace> lockspace, DmTable devices) {
        Optional<DmDevice> device = devices.of(volume.uuid());
        return new VolumeReading(
                volume,
                lock(volume, lockspace, device.isPresent()),
                device.isPresent(),
                device.filter(DmDevice::open).isPresent());
    }

    /** A thin volume shows its pool's lock, which is the one that protects it, while it is active itself. */
    LockMode lock(Volume volume, Optional<LockdLockspace> lockspace, boolean active) {
        Optional<LvRow> row = metadata.row(volume.vg(), volume.uuid()).filter(LvRow::lockedByAnother);
        LvUuid locked = row.map(LvRow::locked).orElse(volume.uuid());
        return row.isPresent() && !active
                ? LockMode.UNLOCKED
                : lockspace.map(l -> l.lock(locked)).orElse(LockMode.UNLOCKED);
    }

    /** The name that the device has at this moment; that of the metadata read last where there is no device. */
    private Optional<VolumeName> name(VgName vg, LvUuid uuid, DmTable devices) {
        return devices.of(uuid)
                .flatMap(DmDevice::volumeName)
                .or(() -> metadata.row(vg, uuid).map(LvRow::name));
    }
}
