package io.lockstep.controller.history;

import io.lockstep.controller.alarm.Alarm;
import io.lockstep.controller.alarm.AlarmKind;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Table {@code alarms}: those that stand have no {@code cleared_at}, and stand once, however many controllers raise them. */
final class AlarmRepository {

    private static final String STANDING = " WHERE kind = ? AND domain_uuid = ? AND hosts = ? AND cleared_at IS NULL";

    List<Alarm> standing(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                        "SELECT kind, domain_uuid, domain_name, hosts, text, since FROM alarms WHERE cleared_at IS NULL");
                ResultSet rows = select.executeQuery()) {
            return Rows.all(rows, "the alarms", AlarmRepository::read);
        }
    }

    private static Alarm read(ResultSet row) throws SQLException {
        return new Alarm(
                AlarmKind.valueOf(row.getString("kind")),
                DomainUuid.of(row.getString("domain_uuid")),
                row.getString("domain_name"),
                Stream.of(row.getString("hosts").split(" ", -1))
                        .map(HostName::new)
                        .collect(Collectors.toCollection(TreeSet::new)),
                row.getString("text"),
                Rows.time(row, "since"));
    }

    void raised(Connection connection, Alarm alarm) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE alarms SET text = ?" + STANDING)) {
            update.setString(1, alarm.text());
            key(update, 2, alarm);
            if (update.executeUpdate() > 0) {
                return;
            }
        }
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO alarms (kind, domain_uuid, hosts, domain_name, text, since, standing)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?)")) {
            int next = key(insert, 1, alarm);
            insert.setString(next++, alarm.domainName());
            insert.setString(next++, alarm.text());
            insert.setObject(next++, Database.time(alarm.since()));
            insert.setString(next, standing(alarm));
            insert.executeUpdate();
        }
    }

    void cleared(Connection connection, Alarm alarm, Instant at) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE alarms SET cleared_at = ?, standing = NULL" + STANDING)) {
            update.setObject(1, Database.time(at));
            key(update, 2, alarm);
            update.executeUpdate();
        }
    }

    /** The same for the same alarm, at whatever controller. */
    private static String standing(Alarm alarm) {
        String key = alarm.kind() + " " + alarm.domain() + " " + hosts(alarm.hosts());
        return UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8)).toString();
    }

    private static int key(PreparedStatement statement, int first, Alarm alarm) throws SQLException {
        statement.setString(first, alarm.kind().name());
        statement.setString(first + 1, alarm.domain().toString());
        statement.setString(first + 2, hosts(alarm.hosts()));
        return first + 3;
    }

    private static String hosts(Collection<HostName> hosts) {
        return hosts.stream().map(HostName::value).collect(Collectors.joining(" "));
    }
}
