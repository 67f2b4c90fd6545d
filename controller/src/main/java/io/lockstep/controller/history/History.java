package io.lockstep.controller.history;

import io.lockstep.controller.alarm.Alarm;
import io.lockstep.controller.alarm.AlarmHistory;
import io.lockstep.controller.handover.Handover;
import io.lockstep.controller.handover.HandoverArchive;
import io.lockstep.controller.handover.HandoverEvent;
import io.lockstep.controller.handover.HandoverHistory;
import io.lockstep.controller.host.Hold;
import io.lockstep.controller.host.HostHistory;
import io.lockstep.controller.host.Registration;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.volume.VolumeName;
import io.lockstep.service.action.ManualAction;
import io.lockstep.service.action.ManualActions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;

/**
 * Takes what is to be kept, and writes it in its order when the database takes it.
 *
 * <p>Guarantees: taking never waits and never fails; what could not be written is tried again with every {@link #write}, in the
 * order in which it came; when too much waits the oldest is given up, and that is logged; any number of controllers may write into
 * one database.
 */
public final class History implements HostHistory, HandoverHistory, AlarmHistory, HandoverArchive, ManualActions {

    private static final Logger LOG = Logger.getLogger(History.class);

    /** Two controllers that write the same row get in each other's way once or twice. */
    private static final int MOST_CONFLICTS = 20;

    /** For a write that is under way: long enough for all that waits on a busy machine, and less than a caller waits. */
    private static final Duration READER_WAITS = Duration.ofSeconds(8);

    private final Database database;
    private final Runnable waiting;
    private final InstantSource clock;
    private final HostRepository hosts = new HostRepository();
    private final HoldingRepository holdings = new HoldingRepository();
    private final HandoverRepository handovers = new HandoverRepository();
    private final HandoverWriter writer;
    private final AlarmRepository alarms = new AlarmRepository();
    private final ActionRepository actions = new ActionRepository();
    private final WriteQueue queue = new WriteQueue();
    private volatile String problem = "the database has not been opened yet";

    /** Guards the writer, and lets one thread write at a time. */
    private final ReentrantLock writing = new ReentrantLock();

    /** @param waiting called when there is something to write, by threads that must not wait */
    public History(Database database, Runnable waiting, InstantSource clock) {
        this.database = database;
        this.waiting = waiting;
        this.clock = clock;
        this.writer = new HandoverWriter(handovers, clock);
    }

    /** All that a controller needs of its former life. */
    public record Memory(
            List<Registration> hosts, List<Told> open, Map<DomainUuid, Epoch> highest, List<Alarm> standing) {}

    /**
     * What other controllers may have written meanwhile.
     *
     * @param forgotten when, by host
     */
    public record Written(List<Registration> hosts, Map<HostName, Instant> forgotten, List<Told> handovers) {}

    /** What is kept of one volume. */
    public record OfVolume(List<Holding> holdings, List<ManualAction> actions) {}

    @Override
    public void registered(Registration registration) {
        add(new Entry.Host(registration));
    }

    @Override
    public void forgotten(HostName host) {
        add(new Entry.Forgotten(host, clock.instant()));
    }

    @Override
    public void holds(HostName host, Instant asOf, List<Hold> holds) {
        add(new Entry.Holds(host, asOf, List.copyOf(holds)));
    }

    @Override
    public void changed(Handover handover, List<HandoverEvent> events) {
        add(new Entry.Changed(handover, List.copyOf(events)));
    }

    @Override
    public void learned(Handover handover, HandoverEvent how) {
        add(new Entry.Learned(handover, how));
    }

    @Override
    public void raised(Alarm alarm) {
        add(new Entry.Raised(alarm));
    }

    @Override
    public void cleared(Alarm alarm, Instant at) {
        add(new Entry.Cleared(alarm, at));
    }

    @Override
    public void done(ManualAction action) {
        add(new Entry.Done(action));
    }

    /** What is wrong with the database, in words; empty when nothing is. */
    @Override
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
        return database.transaction(connection -> new Memory(
                hosts.load(connection),
                told(connection, handovers.open(connection), List.of()),
                handovers.highestEpochs(connection),
                alarms.standing(connection)));
    }

    /**
     * What is in the database now, and so may be of other controllers; empty when it does not work.
     *
     * @param open the handovers that are open as far as this controller knows; what happened in them it knows itself
     */
    public Optional<Written> written(Collection<HandoverId> open) {
        try {
            Written written = database.transaction(connection -> {
                List<HandoverRepository.Stored> rows = new ArrayList<>(handovers.open(connection));
                for (HandoverId each : open) {
                    if (rows.stream().noneMatch(r -> r.handover().id().equals(each))) {
                        handovers.find(connection, each).ifPresent(rows::add);
                    }
                }
                return new Written(hosts.load(connection), hosts.forgotten(connection), told(connection, rows, open));
            });
            problem("");
            return Optional.of(written);
        } catch (SQLException e) {
            problem(words(e));
            return Optional.empty();
        }
    }

    /** @param known whose events the caller has already */
    private List<Told> told(Connection connection, List<HandoverRepository.Stored> rows, Collection<HandoverId> known)
            throws SQLException {
        List<Told> told = new ArrayList<>();
        for (HandoverRepository.Stored each : rows) {
            HandoverId id = each.handover().id();
            told.add(new Told(each.handover(), known.contains(id) ? List.of() : handovers.events(connection, id)));
        }
        return told;
    }

    /**
     * Writes what waits, until nothing does.
     *
     * @return whether all is written; otherwise to be tried again after a while
     */
    public boolean write() {
        writing.lock();
        try {
            for (Entry next = queue.first(); next != null; next = queue.first()) {
                write(next);
                queue.written(next);
                problem("");
            }
            return true;
        } catch (SQLException e) {
            writer.forgetVersions();
            problem(words(e));
            return false;
        } finally {
            writing.unlock();
        }
    }

    private void write(Entry entry) throws SQLException {
        for (int conflicts = 0; ; conflicts++) {
            try {
                database.transaction(connection -> {
                    write(connection, entry);
                    return true;
                });
                return;
            } catch (SQLException e) {
                if (ConflictException.is(e) && conflicts < MOST_CONFLICTS) {
                    writer.forgetVersions();
                } else if (unfit(e)) {
                    LOG.errorf(e, "an entry of the history does not fit into the database and is lost: %s", entry);
                    return;
                } else {
                    throw e;
                }
            }
        }
    }

    /** Removes what has been over for longer than this; what is open stays. */
    public void keep(Duration time) {
        try {
            int removed = database.transaction(connection ->
                    new Retention().remove(connection, clock.instant().minus(time)));
            if (removed > 0) {
                LOG.infof("%d rows of the history were older than %s and are removed", removed, time);
            }
        } catch (SQLException e) {
            problem(words(e));
        }
    }

    public int waiting() {
        return queue.size();
    }

    @Override
    public List<Handover> list(Filter filter) {
        return read(connection -> handovers.list(connection, filter)).orElse(List.of());
    }

    /** With all that this controller has to say of it, which is written first. */
    @Override
    public Optional<Told> find(HandoverId id) {
        return read(connection -> {
                    Optional<HandoverRepository.Stored> found = handovers.find(connection, id);
                    return told(connection, found.stream().toList(), List.of());
                })
                .flatMap(told -> told.stream().findFirst());
    }

    /**
     * Who held a volume and who did something with it; empty when the database does not work.
     *
     * @param since only what ended then or later
     */
    public Optional<OfVolume> of(VolumeName volume, Optional<Instant> since) {
        return read(connection ->
                new OfVolume(holdings.of(connection, volume, since), actions.of(connection, volume, since)));
    }

    /** What people did by hand, the latest first; empty when the database does not work. */
    public Optional<List<ManualAction>> actions(Optional<String> host, Optional<Instant> since, int limit) {
        return read(connection -> actions.list(connection, host, since, limit));
    }

    /**
     * With what waits written first, as far as that is done soon; empty when the database does not work. Of those who read one finds
     * out whether a database that answers nothing has come back; the others do not wait for that.
     */
    private <T> Optional<T> read(Database.Work<T> what) {
        if (!answers()) {
            return Optional.empty();
        }
        try {
            return Optional.of(database.transaction(what));
        } catch (SQLException e) {
            problem(words(e));
            return Optional.empty();
        }
    }

    private boolean answers() {
        Entry first = queue.first();
        try {
            if (!writing.tryLock(READER_WAITS.toMillis(), TimeUnit.MILLISECONDS)) {
                boolean silent = first != null && first.equals(queue.first());
                if (silent) {
                    problem("it has not answered for " + READER_WAITS.toSeconds() + " s");
                }
                // Otherwise much has to be written, and goes on to be.
                return !silent;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        try {
            return write();
        } finally {
            writing.unlock();
        }
    }

    private void add(Entry entry) {
        queue.add(entry);
        waiting.run();
    }

    private void write(Connection connection, Entry entry) throws SQLException {
        switch (entry) {
            case Entry.Host host -> hosts.save(connection, host.registration());
            case Entry.Forgotten forgotten -> {
                hosts.forget(connection, forgotten.host(), forgotten.at());
                holdings.end(connection, forgotten.host(), forgotten.at());
            }
            case Entry.Holds holds -> holdings.write(connection, holds.host(), holds.asOf(), holds.holds());
            case Entry.Changed changed -> writer.changed(connection, changed.handover(), changed.events());
            case Entry.Learned learned -> writer.learned(connection, learned.handover(), learned.how());
            case Entry.Raised raised -> alarms.raised(connection, raised.alarm());
            case Entry.Cleared cleared -> alarms.cleared(connection, cleared.alarm(), cleared.at());
            case Entry.Done done -> actions.save(connection, done.action());
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
