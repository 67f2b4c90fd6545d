package io.lockstep.controller.history;

import io.lockstep.core.volume.VolumeName;
import io.lockstep.service.action.ManualAction;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;

/** Tables {@code actions} and {@code action_volumes}. What is told twice is kept once. */
final class ActionRepository {

    private static final String SELECT =
            "SELECT id, happened_at, requested_by, action, host, domain_name, reason, result FROM actions";

    void save(Connection connection, ManualAction action) throws SQLException {
        if (known(connection, action.id())) {
            return;
        }
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO actions"
                + " (id, happened_at, requested_by, action, host, domain_name, reason, result)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)")) {
            insert.setString(1, action.id().toString());
            insert.setObject(2, Database.time(action.at()));
            insert.setString(3, action.requestedBy());
            insert.setString(4, action.action());
            insert.setString(5, action.host());
            insert.setString(6, action.domain());
            insert.setString(7, action.reason());
            insert.setString(8, action.result());
            insert.executeUpdate();
        }
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO action_volumes (action_id, volume) VALUES (?, ?)")) {
            for (String volume : new TreeSet<>(action.volumes())) {
                insert.setString(1, action.id().toString());
                insert.setString(2, volume);
                insert.executeUpdate();
            }
        }
    }

    /** The latest first. */
    List<ManualAction> list(Connection connection, Optional<String> host, Optional<Instant> since, int limit)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT + " WHERE 1 = 1"
                + (host.isPresent() ? " AND host = ?" : "")
                + (since.isPresent() ? " AND happened_at >= ?" : "")
                + " ORDER BY happened_at DESC, id")) {
            int parameter = 1;
            if (host.isPresent()) {
                select.setString(parameter++, host.get());
            }
            if (since.isPresent()) {
                select.setObject(parameter, Database.time(since.get()));
            }
            select.setMaxRows(limit);
            return read(connection, select);
        }
    }

    /** In order. */
    List<ManualAction> of(Connection connection, VolumeName volume, Optional<Instant> since) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT
                + " WHERE id IN (SELECT action_id FROM action_volumes WHERE volume = ?)"
                + (since.isPresent() ? " AND happened_at >= ?" : "")
                + " ORDER BY happened_at, id")) {
            select.setString(1, volume.toString());
            if (since.isPresent()) {
                select.setObject(2, Database.time(since.get()));
            }
            return read(connection, select);
        }
    }

    private static boolean known(Connection connection, UUID id) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT 1 FROM actions WHERE id = ?")) {
            select.setString(1, id.toString());
            try (ResultSet rows = select.executeQuery()) {
                return rows.next();
            }
        }
    }

    private static List<ManualAction> read(Connection connection, PreparedStatement select) throws SQLException {
        List<ManualAction> actions = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                String id = rows.getString("id");
                actions.add(new ManualAction(
                        UUID.fromString(id),
                        Rows.time(rows, "happened_at"),
                        rows.getString("requested_by"),
                        rows.getString("action"),
                        rows.getString("host"),
                        rows.getString("domain_name"),
                        volumes(connection, id),
                        rows.getString("reason"),
                        rows.getString("result")));
            }
        }
        return actions;
    }

    private static List<String> volumes(Connection connection, String id) throws SQLException {
        List<String> volumes = new ArrayList<>();
        try (PreparedStatement select =
                connection.prepareStatement("SELECT volume FROM action_volumes WHERE action_id = ? ORDER BY volume")) {
            select.setString(1, id);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    volumes.add(rows.getString("volume"));
                }
            }
        }
        return volumes;
    }
}
