package io.lockstep.controller.history;

import io.lockstep.controller.host.Endpoint;
import io.lockstep.controller.host.Registration;
import io.lockstep.core.domain.HostName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Table {@code hosts}: one row a host that ever registered and was not forgotten. */
final class HostRepository {

    List<Registration> load(Connection connection) throws SQLException {
        List<Registration> hosts = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(
                        "SELECT name, endpoint, agent_version, boot_id FROM hosts ORDER BY name");
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
        if (write(connection, host, "UPDATE hosts SET endpoint = ?, agent_version = ?, boot_id = ? WHERE name = ?")
                == 0) {
            write(connection, host, "INSERT INTO hosts (endpoint, agent_version, boot_id, name) VALUES (?, ?, ?, ?)");
        }
    }

    void delete(Connection connection, HostName host) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("DELETE FROM hosts WHERE name = ?")) {
            statement.setString(1, host.value());
            statement.executeUpdate();
        }
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
