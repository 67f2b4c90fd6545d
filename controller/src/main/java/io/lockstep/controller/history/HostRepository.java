package io.lockstep.controller.history;

import io.lockstep.controller.host.Endpoint;
import io.lockstep.controller.host.Registration;
import io.lockstep.core.domain.HostName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Table {@code hosts}: one row a host that ever registered; {@code forgotten_at} says which are forgotten. */
final class HostRepository {

    List<Registration> load(Connection connection) throws SQLException {
        List<Registration> hosts = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(
                        "SELECT name, endpoint, agent_version, boot_id FROM hosts WHERE forgotten_at IS NULL ORDER BY name");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                hosts.add(new Registration(
                        new HostName(rows.getString("name")),
                        Endpoint.of(rows.getString("endpoint")),
                        rows.getString("agent_version"),
                        rows.getString("boot_id")));
            }
        }
        return hosts;
    }

    void save(Connection connection, Registration host) throws SQLException {
        if (write(
                        connection,
                        host,
                        "UPDATE hosts SET forgotten_at = NULL, endpoint = ?, agent_version = ?, boot_id = ? WHERE name = ?")
                == 0) {
            write(connection, host, "INSERT INTO hosts (endpoint, agent_version, boot_id, name) VALUES (?, ?, ?, ?)");
        }
    }

    /** The row stays, so that other controllers hear of it. */
    void forget(Connection connection, HostName host, Instant at) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("UPDATE hosts SET forgotten_at = ? WHERE name = ?")) {
            statement.setObject(1, Database.time(at));
            statement.setString(2, host.value());
            statement.executeUpdate();
        }
    }

    /** When each of those was forgotten that were. */
    Map<HostName, Instant> forgotten(Connection connection) throws SQLException {
        Map<HostName, Instant> forgotten = new TreeMap<>();
        try (PreparedStatement select = connection.prepareStatement(
                        "SELECT name, forgotten_at FROM hosts WHERE forgotten_at IS NOT NULL");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                forgotten.put(new HostName(rows.getString("name")), Rows.time(rows, "forgotten_at"));
            }
        }
        return forgotten;
    }

    private static int write(Connection connection, Registration host, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, host.endpoint().toString());
            statement.setString(2, host.version());
            statement.setString(3, host.bootId());
            statement.setString(4, host.host().value());
            return statement.executeUpdate();
        }
    }
}
