package io.lockstep.controller.history;

import io.lockstep.core.volume.LvUuid;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** How values stand in columns. */
final class Rows {

    private Rows() {}

    static Instant time(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    static Optional<Instant> optionalTime(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
    }

    /** One volume a line, name and UUID; neither has blanks. */
    static String volumes(Collection<Volume> volumes) {
        return volumes.stream().map(v -> v.name() + " " + v.uuid()).collect(Collectors.joining("\n"));
    }

    static SortedSet<Volume> volumes(String column) {
        return column.lines()
                .map(line -> {
                    int blank = line.indexOf(' ');
                    return new Volume(VolumeName.of(line.substring(0, blank)), new LvUuid(line.substring(blank + 1)));
                })
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
