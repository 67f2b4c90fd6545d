package io.lockstep.lvm.sanlock;

import io.lockstep.core.volume.Generation;
import io.lockstep.core.volume.HostId;
import io.lockstep.core.volume.Lease;
import io.lockstep.lvm.command.Command;
import io.lockstep.lvm.command.UnreadableOutputException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * {@code sanlock direct dump}: part of the lease area on the shared disk, read-only and without asking any daemon.
 *
 * @param rows by resource name: an LV UUID, or VGLK or GLLK
 */
public record LeaseArea(Map<String, Row> rows) {

    private static final int LEASE_FIELDS = 7;
    private static final int HOST_FIELDS = 6;
    private static final int HOLDER_FIELDS = 3;

    /** @param timestamp 0 when nobody holds it exclusively; owner and generation are then stale */
    public record Row(String name, long offset, long timestamp, int owner, long generation, SortedSet<HostId> shared) {

        Row withShared(HostId holder) {
            SortedSet<HostId> more = new TreeSet<>(shared);
            more.add(holder);
            return new Row(name, offset, timestamp, owner, generation, more);
        }

        public Lease lease() {
            if (timestamp != 0) {
                return new Lease.Exclusive(new HostId(owner), new Generation(generation));
            }
            return shared.isEmpty() ? new Lease.Free() : new Lease.Shared(shared);
        }
    }

    public LeaseArea {
        rows = Map.copyOf(rows);
    }

    /** @param path of the device; offset and size in bytes */
    public static Command command(String path, long offset, long size) {
        return Command.of("sanlock", "direct", "dump", path + ":" + offset + ":" + size);
    }

    public Optional<Row> row(String name) {
        return Optional.ofNullable(rows.get(name));
    }

    public static LeaseArea parse(String out) throws UnreadableOutputException {
        Map<String, Row> rows = new HashMap<>();
        String last = "";
        boolean headed = false;
        for (String line : out.lines().filter(l -> !l.isBlank()).toList()) {
            String[] fields = line.strip().split("\\s+", -1);
            if (fields[0].equals("offset")) {
                headed = true;
            } else if (fields.length == LEASE_FIELDS) {
                last = fields[2];
                rows.put(
                        last,
                        new Row(
                                last,
                                Numbers.parse(fields[0]),
                                Numbers.parse(fields[3]),
                                (int) Numbers.parse(fields[4]),
                                Numbers.parse(fields[5]),
                                new TreeSet<>()));
            } else if (fields.length == HOLDER_FIELDS && fields[2].equals("SH") && rows.containsKey(last)) {
                HostId holder = host(fields[0]);
                rows.computeIfPresent(last, (n, row) -> row.withShared(holder));
            } else if (fields.length != HOST_FIELDS) {
                // A row that is not understood may be a holder.
                throw new UnreadableOutputException("unknown row: " + line.strip());
            }
        }
        if (!headed) {
            throw new UnreadableOutputException("not a lease area");
        }
        return new LeaseArea(rows);
    }

    private static HostId host(String text) throws UnreadableOutputException {
        try {
            return new HostId((int) Numbers.parse(text));
        } catch (IllegalArgumentException e) {
            throw new UnreadableOutputException("not a host_id: " + text, e);
        }
    }
}
