package io.lockstep.controller.history;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/**
 * Removes what is over for long. Guarantee: what is open, stands, or is held now is never removed, nor is the last handover of a
 * domain, which remembers its epoch.
 */
final class Retention {

    private static final String OLD = "closed_at < ? AND epoch < (SELECT MAX(later.epoch) FROM handovers later"
            + " WHERE later.domain_uuid = handovers.domain_uuid)";

    private static final List<String> REMOVALS = List.of(
            "DELETE FROM handover_events WHERE handover_id IN (SELECT id FROM handovers WHERE " + OLD + ")",
            "DELETE FROM handovers WHERE " + OLD,
            "DELETE FROM alarms WHERE cleared_at < ?",
            "DELETE FROM holdings WHERE ended_at < ?",
            "DELETE FROM actions WHERE happened_at < ?",
            "DELETE FROM hosts WHERE forgotten_at < ?");

    /** @return how many rows are gone */
    int remove(Connection connection, Instant before) throws SQLException {
        int removed = 0;
        for (String each : REMOVALS) {
            try (PreparedStatement delete = connection.prepareStatement(each)) {
                delete.setObject(1, Database.time(before));
                removed += delete.executeUpdate();
            }
        }
        return removed;
    }
}
