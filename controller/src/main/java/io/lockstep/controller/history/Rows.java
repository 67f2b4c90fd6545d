package io.lockstep.controller.history;

import io.lockstep.core.volume.LvUuid;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** How values stand in columns. */
final class Rows {

    private static final Logger LOG = Logger.getLogger(Rows.class);

    /** What was logged already: the same row is read again every second. */
    private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

    private static final int MOST_TOLD = 1000;

    private Rows() {}

    /** Makes a value of a row. */
    interface Reading<T> {
        T of(ResultSet row) throws SQLException;
    }

    /** All rows that can be read. */
    static <T> List<T> all(ResultSet rows, String what, Reading<T> reading) throws SQLException {
        List<T> all = new ArrayList<>();
        while (rows.next()) {
            one(rows, what, reading).ifPresent(all::add);
        }
        return all;
    }

    /**
     * The row that the cursor is at. One that cannot be read, as when a newer version wrote it, is left out and logged, and keeps
     * nothing else from being read.
     *
     * @param what the rows are, for a person
     */
    static <T> Optional<T> one(ResultSet row, String what, Reading<T> reading) throws SQLException {
        try {
            return Optional.of(reading.of(row));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            if (TOLD.size() < MOST_TOLD && TOLD.add(what + e.getMessage())) {
                LOG.errorf(
                        "a row of %s cannot be read and is left out; did a newer version write it? %s",
                        what, e.getMessage());
            }
            return Optional.empty();
        }
    }

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
