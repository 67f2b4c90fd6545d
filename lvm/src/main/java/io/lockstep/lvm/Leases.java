package io.lockstep.lvm;

import io.lockstep.core.volume.Lease;
import io.lockstep.core.volume.LvName;
import io.lockstep.core.volume.LvUuid;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeName;
import io.lockstep.lvm.command.Answer;
import io.lockstep.lvm.command.CommandRunner;
import io.lockstep.lvm.devicemapper.DmDevice;
import io.lockstep.lvm.report.InternalNames;
import io.lockstep.lvm.report.LvRow;
import io.lockstep.lvm.sanlock.LeaseArea;
import io.lockstep.lvm.sanlock.SanlockSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Who holds what in the whole cluster, from the lease area; leases that lie near each other are read by one command. */
final class Leases {

    private static final long USUAL_ALIGNMENT = 1 << 20;

    /** Reading a lease that nobody asked for is cheaper than another command. */
    private static final int GAP = 16;

    /** Each may take its full time limit. */
    private static final int MOST_COMMANDS = 4;

    private final CommandRunner runner;
    private final Metadata metadata;
    private final Reader reader;

    Leases(CommandRunner runner, Metadata metadata, Reader reader) {
        this.runner = runner;
        this.metadata = metadata;
        this.reader = reader;
    }

    Map<Volume, Lease> of(VgName vg, Set<Volume> volumes) {
        metadata.complete(vg, volumes.stream().map(Volume::uuid).toList());
        Map<Volume, Lease> leases = new TreeMap<>();
        SortedMap<Long, LvUuid> wanted = new TreeMap<>();
        for (Volume volume : volumes) {
            Optional<LvRow> locked = locked(vg, volume);
            leases.put(volume, new Lease.Unknown(unknown(locked)));
            locked.ifPresent(l -> l.leaseOffset().ifPresent(o -> wanted.put(o, l.uuid())));
        }
        Answer<Map<LvUuid, Lease>> read = read(vg, wanted);
        for (Volume volume : volumes) {
            locked(vg, volume)
                    .filter(l -> l.leaseOffset().isPresent())
                    .ifPresent(l -> leases.put(
                            volume,
                            switch (read) {
                                case Answer.Missing<Map<LvUuid, Lease>> missing -> new Lease.Unknown(missing.reason());
                                case Answer.Given<Map<LvUuid, Lease>>(Map<LvUuid, Lease> found) ->
                                    found.getOrDefault(
                                            l.uuid(), new Lease.Unknown("its lease is not where the metadata says"));
                            }));
        }
        return leases;
    }

    private Optional<LvRow> locked(VgName vg, Volume volume) {
        return metadata.row(vg, volume.uuid()).flatMap(r -> metadata.row(vg, r.locked()));
    }

    private static String unknown(Optional<LvRow> locked) {
        if (locked.isEmpty()) {
            return "it is in no metadata that was read";
        }
        return locked.get().lockType().equals("sanlock")
                ? "it has no lease of its own"
                : locked.get().lockType() + " keeps no leases on the disk";
    }

    private Answer<Map<LvUuid, Lease>> read(VgName vg, SortedMap<Long, LvUuid> wanted) {
        if (wanted.isEmpty()) {
            return new Answer.Given<>(Map.of());
        }
        String path = "/dev/mapper/" + DmDevice.spelling(new VolumeName(vg, new LvName(InternalNames.LEASE_AREA)));
        Map<LvUuid, Lease> leases = new TreeMap<>();
        for (Range range : ranges(vg, wanted)) {
            Answer<LeaseArea> answer = Answer.of(
                    runner,
                    LeaseArea.command(path, range.from(), range.size()).inSlot("sanlock direct dump " + vg),
                    LeaseArea::parse);
            if (!(answer instanceof Answer.Given<LeaseArea>(LeaseArea area))) {
                return new Answer.Missing<>("the lease area cannot be read: " + answer.trouble(), Optional.empty());
            }
            wanted.values().forEach(u -> area.row(u.value()).ifPresent(row -> leases.put(u, row.lease())));
        }
        return new Answer.Given<>(leases);
    }

    private record Range(long from, long size) {}

    private List<Range> ranges(VgName vg, SortedMap<Long, LvUuid> wanted) {
        long alignment = reader.sanlock()
                .given()
                .flatMap(s -> s.space(Lockspaces.name(vg)))
                .map(SanlockSpace::alignSize)
                .filter(a -> a > 0)
                .orElse(USUAL_ALIGNMENT);
        List<Range> ranges = new ArrayList<>();
        for (long offset : wanted.keySet()) {
            Range last = ranges.isEmpty() ? null : ranges.getLast();
            boolean near = last != null
                    && (offset - last.from() - last.size() <= GAP * alignment || ranges.size() >= MOST_COMMANDS);
            if (last != null && near) {
                ranges.set(ranges.size() - 1, new Range(last.from(), offset + alignment - last.from()));
            } else {
                ranges.add(new Range(offset, alignment));
            }
        }
        return ranges;
    }
}
