package io.lockstep.controller.history;

import io.lockstep.controller.alarm.Alarm;
import io.lockstep.controller.alarm.AlarmHistory;
import io.lockstep.controller.handover.Handover;
import io.lockstep.controller.handover.HandoverArchive;
import io.lockstep.controller.handover.HandoverEvent;
import io.lockstep.controller.handover.HandoverHistory;
import io.lockstep.controller.host.HostHistory;
import io.lockstep.controller.host.Registration;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Takes what is to be kept, and writes it in its order when the database takes it.
 *
 * <p>Guarantees: taking never waits and never fails; what could not be written is tried again with every {@link #write}, in the
 * order in which it came; when too much waits the oldest is given up, and that is logged.
 */
public final class History implements HostHistory, HandoverHistory, AlarmHistory, HandoverArchive {

    private static final Logger LOG = Logger.getLogger(History.class);

    /** About an hour of a busy cluster; some tens of megabytes. */
    private static final int MOST_WAITING = 50_000;

    private final Database database;
    private final Runnable waiting;
    private final HostRepository hosts = new HostRepository();
    private final HandoverRepository handovers = new HandoverRepository();
    private final AlarmRepository alarms = new AlarmRepository();

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Entry> queue = new ArrayDeque<>();
    private long givenUp;
    private volatile String problem = "the database has not been opened yet";

    /** Guards the versions, and lets one thread write at a time. */
    private final ReentrantLock writing = new ReentrantLock();

    private final Map<HandoverId, Long> versions = new HashMap<>();

    /** @param waiting called when there is something to write, by threads that must not wait */
    public History(Database database, Runnable waiting) {
        this.database = database;
        this.waiting = waiting;
    }

    private sealed interface Entry {
        record Host(Registration registration) implements Entry {}

        record Forgotten(HostName host) implements Entry {}

        record Changed(Handover handover, List<HandoverEvent> events) implements Entry {}

        record Raised(Alarm alarm) implements Entry {}

        record Cleared(Alarm alarm, Instant at) implements Entry {}
    }

    /** All that a controller needs of its former life. */
    public record Memory(
            List<Registration> hosts, List<Told> open, Map<DomainUuid, Epoch> highest, List<Alarm> standing) {}

    @Override
    public void registered(Registration registration) {
        add(new Entry.Host(registration));
    }

    @Override
    public void forgotten(HostName host) {
        add(new Entry.Forgotten(host));
    }

    @Override
    public void changed(Handover handover, List<HandoverEvent> events) {
        add(new Entry.Changed(handover, List.copyOf(events)));
    }

    @Override
    public void raised(Alarm alarm) {
        add(new Entry.Raised(alarm));
    }

    @Override
    public void cleared(Alarm alarm, Instant at) {
        add(new Entry.Cleared(alarm, at));
    }

    /** What is wrong with the database, in words; empty when nothing is. */
    public String problem() {
        return problem;
    }

    public void problem(String words) {
        if (!problem.equals(words)) {
            if (words.isEmpty()) {
                LOG.info("the database works");
            } else {
                LOG.errorf(
                        "the history cannot be written: %s. Handovers go on without it; what happens meanwhile is kept in memory",
                        words);
            }
        }
        problem = words;
    }

    /** @throws SQLException when the database does not work; to be tried again */
    public Memory load() throws SQLException {
        writing.lock();
        try {
            return database.transaction(connection -> {
                List<Told> open = new ArrayList<>();
                for (HandoverRepository.Stored each : handovers.open(connection)) {
                    versions.put(each.handover().id(), each.version());
                    open.add(new Told(
                            each.handover(),
                            handovers.events(connection, each.handover().id())));
                }
                return new Memory(
                        hosts.load(connection), open, handovers.highestEpochs(connection), alarms.standing(connection));
            });
        } finally {
            writing.unlock();
        }
    }

    /**
     * Writes what waits, until nothing does.
     *
     * @return whether all is written; otherwise to be tried again after a while
     */
    public boolean write() {
        writing.lock();
        try {
            while (true) {
                Entry next = first();
                if (next == null) {
                    return true;
                }
                try {
                    database.transaction(connection -> {
                        write(connection, next);
                        return true;
                    });
                } catch (SQLException e) {
                    if (!unfit(e)) {
                        throw e;
                    }
                    LOG.errorf(e, "an entry of the history does not fit into the database and is lost: %s", next);
                }
                written(next);
                problem("");
            }
        } catch (SQLException e) {
            versions.clear();
            problem(words(e));
            return false;
        } finally {
            writing.unlock();
        }
    }

    /** Asks the database whether it works. */
    public void check() {
        try {
            database.transaction(hosts::load);
            problem("");
        } catch (SQLException e) {
            problem(words(e));
        }
    }

    public int waiting() {
        lock.lock();
        try {
            return queue.size();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<Handover> list(Filter filter) {
        try {
            return database.transaction(connection -> handovers.list(connection, filter));
        } catch (SQLException e) {
            problem(words(e));
            return List.of();
        }
    }

    @Override
    public Optional<Told> find(HandoverId id) {
        try {
            return database.transaction(connection -> {
                Optional<HandoverRepository.Stored> found = handovers.find(connection, id);
                return found.isEmpty()
                        ? Optional.<Told>empty()
                        : Optional.of(new Told(found.get().handover(), handovers.events(connection, id)));
            });
        } catch (SQLException e) {
            problem(words(e));
            return Optional.empty();
        }
    }

    private void add(Entry entry) {
        lock.lock();
        try {
            if (queue.size() >= MOST_WAITING) {
                queue.removeFirst();
                if (givenUp++ % 1000 == 0) {
                    LOG.errorf("the history is full: %d entries are lost, since the database takes none", givenUp);
                }
            }
            queue.addLast(entry);
        } finally {
            lock.unlock();
        }
        waiting.run();
    }

    private @Nullable Entry first() {
        lock.lock();
        try {
            return queue.peekFirst();
        } finally {
            lock.unlock();
        }
    }

    private void written(Entry entry) {
        lock.lock();
        try {
            // It is not the first any more when the queue was full meanwhile.
            if (entry.equals(queue.peekFirst())) {
                queue.removeFirst();
            }
        } finally {
            lock.unlock();
        }
    }

    private void write(Connection connection, Entry entry) throws SQLException {
        switch (entry) {
            case Entry.Host host -> hosts.save(connection, host.registration());
            case Entry.Forgotten forgotten -> hosts.delete(connection, forgotten.host());
            case Entry.Changed changed -> write(connection, changed.handover(), changed.events());
            case Entry.Raised raised -> alarms.raised(connection, raised.alarm());
            case Entry.Cleared cleared -> alarms.cleared(connection, cleared.alarm(), cleared.at());
        }
    }

    private void write(Connection connection, Handover handover, List<HandoverEvent> events) throws SQLException {
        Long expected = versions.get(handover.id());
        if (expected == null) {
            expected = handovers
                    .find(connection, handover.id())
                    .map(HandoverRepository.Stored::version)
                    .orElse(null);
        }
        OptionalLong version = handovers.save(
                connection, handover, expected == null ? OptionalLong.empty() : OptionalLong.of(expected));
        if (version.isEmpty()) {
            // Another controller wrote the row: read its version, and try again on top of it.
            throw new SQLException(
                    "the row of handover " + handover.id() + " was written by another controller meanwhile");
        }
        handovers.append(connection, handover.id(), events);
        if (handover.open()) {
            versions.put(handover.id(), version.getAsLong());
        } else {
            versions.remove(handover.id());
        }
    }

    /** Whether the entry itself is at fault, as with a text that is too long: then trying again is no help. */
    private static boolean unfit(SQLException e) {
        String state = e.getSQLState();
        return state != null && (state.startsWith("22") || state.startsWith("23"));
    }

    private static String words(SQLException e) {
        String message = e.getMessage();
        return message == null ? e.toString() : message.lines().findFirst().orElse(e.toString());
    }
}
