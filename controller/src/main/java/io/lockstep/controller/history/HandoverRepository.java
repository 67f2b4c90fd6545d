package io.lockstep.controller.history;

import io.lockstep.controller.handover.Handover;
import io.lockstep.controller.handover.HandoverArchive.Filter;
import io.lockstep.controller.handover.HandoverEvent;
import io.lockstep.controller.handover.SideView;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.HandoverPhase;
import io.lockstep.core.handover.SideProgress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Tables {@code handovers} and {@code handover_events}. */
final class HandoverRepository {

    /** As {@link Rows} calls them. */
    private static final String HANDOVERS = "the handovers";

    private static final String COLUMNS = "id, domain_uuid, domain_name, epoch, source_host, target_host, volumes,"
            + " source_progress, source_basis, source_own, source_attention, source_reported_at,"
            + " target_progress, target_basis, target_own, target_attention, target_reported_at,"
            + " opened_at, closed_at";

    /** Written in the order of {@link #fill}; the last three are the version to write, the key and the version expected. */
    private static final String UPDATE =
            "UPDATE handovers SET domain_uuid = ?, domain_name = ?, epoch = ?, source_host = ?,"
                    + " target_host = ?, volumes = ?, source_progress = ?, source_basis = ?, source_own = ?, source_attention = ?,"
                    + " source_reported_at = ?, target_progress = ?, target_basis = ?, target_own = ?, target_attention = ?,"
                    + " target_reported_at = ?, opened_at = ?, closed_at = ?, phase = ?, version = ? WHERE id = ? AND version = ?";

    private static final String INSERT =
            "INSERT INTO handovers (domain_uuid, domain_name, epoch, source_host, target_host,"
                    + " volumes, source_progress, source_basis, source_own, source_attention, source_reported_at, target_progress,"
                    + " target_basis, target_own, target_attention, target_reported_at, opened_at, closed_at, phase, version, id)"
                    + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    /** A row and the version that it has now. */
    record Stored(Handover handover, long version) {}

    List<Stored> open(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT " + COLUMNS
                        + ", version FROM handovers WHERE closed_at IS NULL ORDER BY opened_at, id");
                ResultSet rows = select.executeQuery()) {
            return Rows.all(rows, HANDOVERS, HandoverRepository::stored);
        }
    }

    Map<DomainUuid, Epoch> highestEpochs(Connection connection) throws SQLException {
        Map<DomainUuid, Epoch> highest = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement(
                        "SELECT domain_uuid, MAX(epoch) AS highest FROM handovers GROUP BY domain_uuid");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                highest.put(DomainUuid.of(rows.getString("domain_uuid")), new Epoch(rows.getLong("highest")));
            }
        }
        return highest;
    }

    List<Handover> list(Connection connection, Filter filter) throws SQLException {
        StringBuilder sql = new StringBuilder("SELECT " + COLUMNS + " FROM handovers WHERE 1 = 1");
        if (!filter.domain().isEmpty()) {
            sql.append(" AND (domain_uuid = ? OR domain_name = ?)");
        }
        if (filter.openOnly()) {
            sql.append(" AND closed_at IS NULL");
        }
        if (filter.since().isPresent()) {
            sql.append(" AND opened_at >= ?");
        }
        if (filter.host().isPresent()) {
            sql.append(" AND (source_host = ? OR target_host = ?)");
        }
        if (!filter.phases().isEmpty()) {
            sql.append(" AND phase IN (")
                    .append(String.join(
                            ", ", Collections.nCopies(filter.phases().size(), "?")))
                    .append(")");
        }
        sql.append(" ORDER BY opened_at DESC, id");
        try (PreparedStatement select = connection.prepareStatement(sql.toString())) {
            int parameter = 1;
            if (!filter.domain().isEmpty()) {
                select.setString(parameter++, filter.domain().toLowerCase(java.util.Locale.ROOT));
                select.setString(parameter++, filter.domain());
            }
            if (filter.since().isPresent()) {
                select.setObject(parameter++, Database.time(filter.since().get()));
            }
            if (filter.host().isPresent()) {
                select.setString(parameter++, filter.host().get().value());
                select.setString(parameter++, filter.host().get().value());
            }
            for (HandoverPhase phase : filter.phases()) {
                select.setString(parameter++, phase.name());
            }
            select.setMaxRows(filter.limit());
            try (ResultSet rows = select.executeQuery()) {
                return Rows.all(rows, HANDOVERS, HandoverRepository::read);
            }
        }
    }

    Optional<Stored> find(Connection connection, HandoverId id) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT " + COLUMNS + ", version FROM handovers WHERE id = ?")) {
            select.setString(1, id.toString());
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? Rows.one(rows, HANDOVERS, HandoverRepository::stored) : Optional.empty();
            }
        }
    }

    List<HandoverEvent> events(Connection connection, HandoverId id) throws SQLException {
        List<HandoverEvent> events = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT happened_at, host, text, seen_at FROM handover_events WHERE handover_id = ? ORDER BY seq")) {
            select.setString(1, id.toString());
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    events.add(new HandoverEvent(
                            Rows.time(rows, "happened_at"),
                            Optional.ofNullable(rows.getString("host")).map(HostName::new),
                            rows.getString("text"),
                            Rows.optionalTime(rows, "seen_at")));
                }
            }
        }
        return events;
    }

    void append(Connection connection, HandoverId id, List<HandoverEvent> events) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO handover_events (handover_id, happened_at, host, text, seen_at) VALUES (?, ?, ?, ?, ?)")) {
            for (HandoverEvent each : events) {
                insert.setString(1, id.toString());
                insert.setObject(2, Database.time(each.at()));
                insert.setString(3, each.host().map(HostName::value).orElse(null));
                insert.setString(4, each.text());
                insert.setObject(5, each.seenAt().map(Database::time).orElse(null), Types.TIMESTAMP_WITH_TIMEZONE);
                insert.addBatch();
            }
            if (!events.isEmpty()) {
                insert.executeBatch();
            }
        }
    }

    /**
     * Replaces the row of exactly this version, or makes it when there is none to replace.
     *
     * @param expected empty to insert
     * @return the new version; empty when somebody else has written the row meanwhile
     */
    OptionalLong save(Connection connection, Handover handover, OptionalLong expected) throws SQLException {
        long version = expected.orElse(0) + 1;
        try (PreparedStatement statement = connection.prepareStatement(expected.isPresent() ? UPDATE : INSERT)) {
            int next = fill(statement, handover);
            statement.setLong(next++, version);
            statement.setString(next++, handover.id().toString());
            if (expected.isPresent()) {
                statement.setLong(next, expected.getAsLong());
            }
            return statement.executeUpdate() == 1 ? OptionalLong.of(version) : OptionalLong.empty();
        }
    }

    private static int fill(PreparedStatement statement, Handover handover) throws SQLException {
        int next = 1;
        statement.setString(next++, handover.domain().toString());
        statement.setString(next++, handover.domainName());
        statement.setLong(next++, handover.epoch().value());
        statement.setString(next++, handover.source().value());
        statement.setString(next++, handover.target().value());
        statement.setString(next++, Rows.volumes(handover.volumes()));
        for (SideView side : List.of(handover.sourceSide(), handover.targetSide())) {
            statement.setString(next++, side.progress().name());
            statement.setString(next++, side.basis().name());
            statement.setString(next++, side.own().name());
            statement.setString(next++, side.attention());
            statement.setObject(next++, Database.time(side.reportedAt()));
        }
        statement.setObject(next++, Database.time(handover.openedAt()));
        if (handover.closedAt().isPresent()) {
            statement.setObject(next++, Database.time(handover.closedAt().get()));
        } else {
            statement.setNull(next++, Types.TIMESTAMP_WITH_TIMEZONE);
        }
        statement.setString(next++, handover.phase().name());
        return next;
    }

    private static Stored stored(ResultSet row) throws SQLException {
        return new Stored(read(row), row.getLong("version"));
    }

    private static Handover read(ResultSet row) throws SQLException {
        Instant openedAt = Rows.time(row, "opened_at");
        return new Handover(
                HandoverId.of(row.getString("id")),
                new Epoch(row.getLong("epoch")),
                DomainUuid.of(row.getString("domain_uuid")),
                row.getString("domain_name"),
                new HostName(row.getString("source_host")),
                new HostName(row.getString("target_host")),
                Rows.volumes(row.getString("volumes")),
                side(row, "source", openedAt),
                side(row, "target", openedAt),
                openedAt,
                Rows.optionalTime(row, "closed_at"));
    }

    private static SideView side(ResultSet row, String side, Instant heardAt) throws SQLException {
        return new SideView(
                SideProgress.valueOf(row.getString(side + "_progress")),
                SideView.Basis.valueOf(row.getString(side + "_basis")),
                OwnDomain.valueOf(row.getString(side + "_own")),
                row.getString(side + "_attention"),
                Rows.time(row, side + "_reported_at"),
                heardAt);
    }
}
