package io.lockstep.controller.history;

import io.lockstep.controller.host.Hold;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LvUuid;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Table {@code holdings}: one row for each hold of a host on a volume in one mode.
 *
 * <p>Guarantee: whichever controllers write what a host holds, and in whatever order, each hold is there once, and what is older
 * than what is written changes nothing.
 */
final class HoldingRepository {

    /** As {@link Rows} calls them. */
    private static final String HOLDINGS = "the holdings";

    /** What is written of a host is newer than this by its own clock only when that was set back. */
    private static final Duration SET_BACK = Duration.ofMinutes(1);

    private record Row(long seq, Hold hold) {}

    void write(Connection connection, HostName host, Instant asOf, List<Hold> holds) throws SQLException {
        if (!later(connection, host, asOf)) {
            return;
        }
        Map<LvUuid, Row> before = standing(connection, host);
        for (Hold now : holds) {
            Row row = before.remove(now.volume().uuid());
            if (row == null) {
                insert(connection, host, asOf, now);
            } else if (row.hold().mode() != now.mode() || otherDomains(row.hold(), now)) {
                end(connection, row.seq(), asOf);
                insert(connection, host, asOf, now);
            } else if (!now.domains().isEmpty() && row.hold().domains().isEmpty()) {
                claimed(connection, row.seq(), now.domains());
            }
        }
        for (Row gone : before.values()) {
            end(connection, gone.seq(), asOf);
        }
    }

    /** A claim ends before its lock does: that makes no new hold. */
    private static boolean otherDomains(Hold before, Hold now) {
        return !now.domains().isEmpty()
                && !before.domains().isEmpty()
                && !now.domains().equals(before.domains());
    }

    /** The host is gone for good, and with it what it held. */
    void end(Connection connection, HostName host, Instant at) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE holdings SET ended_at = ? WHERE host = ? AND ended_at IS NULL")) {
            update.setObject(1, Database.time(at));
            update.setString(2, host.value());
            update.executeUpdate();
        }
    }

    List<Holding> of(Connection connection, VolumeName volume, Optional<Instant> since) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT host, volume, lv_uuid, mode, domains, since, seen_at, ended_at FROM holdings WHERE volume = ?"
                        + (since.isPresent() ? " AND (ended_at IS NULL OR ended_at >= ?)" : "")
                        + " ORDER BY seen_at, seq")) {
            select.setString(1, volume.toString());
            if (since.isPresent()) {
                select.setObject(2, Database.time(since.get()));
            }
            try (ResultSet rows = select.executeQuery()) {
                return Rows.all(
                        rows,
                        HOLDINGS,
                        row -> new Holding(
                                new HostName(row.getString("host")),
                                hold(row),
                                Rows.time(row, "seen_at"),
                                Rows.optionalTime(row, "ended_at")));
            }
        }
    }

    /** @return whether this is later than all that is written of the host; nobody else writes of it until the commit */
    private static boolean later(Connection connection, HostName host, Instant asOf) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE hosts SET holds_as_of = ? WHERE name = ?"
                + " AND (holds_as_of IS NULL OR holds_as_of < ? OR holds_as_of > ?)")) {
            update.setObject(1, Database.time(asOf));
            update.setString(2, host.value());
            update.setObject(3, Database.time(asOf));
            update.setObject(4, Database.time(asOf.plus(SET_BACK)));
            return update.executeUpdate() == 1;
        }
    }

    private static Map<LvUuid, Row> standing(Connection connection, HostName host) throws SQLException {
        Map<LvUuid, Row> standing = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement("SELECT seq, volume, lv_uuid, mode, domains, since"
                + " FROM holdings WHERE host = ? AND ended_at IS NULL")) {
            select.setString(1, host.value());
            try (ResultSet rows = select.executeQuery()) {
                Rows.all(rows, HOLDINGS, row -> new Row(row.getLong("seq"), hold(row)))
                        .forEach(r -> standing.put(r.hold().volume().uuid(), r));
            }
        }
        return standing;
    }

    private static Hold hold(ResultSet row) throws SQLException {
        return new Hold(
                new Volume(VolumeName.of(row.getString("volume")), new LvUuid(row.getString("lv_uuid"))),
                LockMode.valueOf(row.getString("mode")),
                new TreeSet<>(row.getString("domains").lines().toList()),
                Rows.optionalTime(row, "since"));
    }

    private static void insert(Connection connection, HostName host, Instant asOf, Hold hold) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO holdings (host, volume, lv_uuid, mode, domains, since, seen_at) VALUES (?, ?, ?, ?, ?, ?, ?)")) {
            insert.setString(1, host.value());
            insert.setString(2, hold.volume().name().toString());
            insert.setString(3, hold.volume().uuid().value());
            insert.setString(4, hold.mode().name());
            insert.setString(5, String.join("\n", hold.domains()));
            insert.setObject(6, hold.since().map(Database::time).orElse(null), Types.TIMESTAMP_WITH_TIMEZONE);
            insert.setObject(7, Database.time(asOf));
            insert.executeUpdate();
        }
    }

    private static void end(Connection connection, long seq, Instant at) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE holdings SET ended_at = ? WHERE seq = ?")) {
            update.setObject(1, Database.time(at));
            update.setLong(2, seq);
            update.executeUpdate();
        }
    }

    private static void claimed(Connection connection, long seq, SortedSet<String> domains) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE holdings SET domains = ? WHERE seq = ?")) {
            update.setString(1, String.join("\n", domains));
            update.setLong(2, seq);
            update.executeUpdate();
        }
    }
}
