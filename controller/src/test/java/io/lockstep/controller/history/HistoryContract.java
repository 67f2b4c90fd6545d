package io.lockstep.controller.history;

import static io.lockstep.controller.fake.Samples.A;
import static io.lockstep.controller.fake.Samples.B;
import static io.lockstep.controller.fake.Samples.DATA;
import static io.lockstep.controller.fake.Samples.NAME;
import static io.lockstep.controller.fake.Samples.ROOT;
import static io.lockstep.controller.fake.Samples.WEB;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.controller.alarm.Alarm;
import io.lockstep.controller.alarm.AlarmKind;
import io.lockstep.controller.handover.Handover;
import io.lockstep.controller.handover.HandoverArchive.Filter;
import io.lockstep.controller.handover.HandoverArchive.Told;
import io.lockstep.controller.handover.HandoverEvent;
import io.lockstep.controller.handover.SideView;
import io.lockstep.controller.handover.SideView.Basis;
import io.lockstep.controller.host.Endpoint;
import io.lockstep.controller.host.Registration;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.SideProgress;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the history promises, on whatever database. */
abstract class HistoryContract {

    private static final Instant THEN = Instant.parse("2026-11-22T19:00:00.123456Z");
    private static final HandoverId ID = new HandoverId(new UUID(3, 3));

    private Breakable source;
    private History history;

    /** A database that nobody has used before. */
    abstract DataSource empty() throws SQLException;

    @BeforeEach
    void create() throws SQLException {
        source = new Breakable(empty());
        new Migrations(source).migrate();
        history = again();
    }

    /** As after a restart. */
    private History again() {
        return new History(new Database(source), () -> {});
    }

    private static Handover handover(HandoverId id, long epoch, SideProgress target, Instant opened, Instant closed) {
        return new Handover(
                id,
                new Epoch(epoch),
                WEB,
                NAME,
                A,
                B,
                new TreeSet<>(List.of(ROOT, DATA)),
                new SideView(SideProgress.SHARED, Basis.REPORTED, OwnDomain.OUTGOING, "look", THEN, opened),
                new SideView(target, Basis.CONCLUDED, OwnDomain.STARTING, "", Instant.EPOCH, opened),
                opened,
                Optional.ofNullable(closed));
    }

    private static HandoverEvent event(String text) {
        return new HandoverEvent(THEN, Optional.of(A), text);
    }

    private static Alarm alarm(String text) {
        return new Alarm(AlarmKind.LEFT_OVER, WEB, NAME, new TreeSet<>(List.of(A, B)), text, THEN);
    }

    @Test
    void everything_is_there_after_a_restart() throws SQLException {
        Registration host = new Registration(A, Endpoint.of("hv-a:7600"), "0.1", "boot-1");
        history.registered(new Registration(A, Endpoint.of("old:1"), "0.0", "boot-0"));
        history.registered(host);
        Handover open = handover(ID, 7, SideProgress.SHARING, THEN, null);
        history.changed(open, List.of(event("one"), new HandoverEvent(THEN, Optional.empty(), "two")));
        Handover shared = handover(ID, 7, SideProgress.SHARED, THEN, null);
        history.changed(shared, List.of(event("three")));
        history.changed(
                handover(new HandoverId(new UUID(3, 4)), 6, SideProgress.GONE, THEN.minusSeconds(60), THEN), List.of());
        history.raised(alarm("first"));
        history.raised(alarm("second"));
        assertThat(history.write()).isTrue();
        assertThat(history.waiting()).isZero();

        History.Memory memory = again().load();

        assertThat(memory.hosts()).containsExactly(host);
        assertThat(memory.open()).singleElement().satisfies(t -> {
            assertThat(t.handover()).isEqualTo(shared);
            assertThat(t.events()).extracting(HandoverEvent::text).containsExactly("one", "two", "three");
            assertThat(t.events()).extracting(HandoverEvent::host).contains(Optional.empty());
        });
        assertThat(memory.highest()).isEqualTo(Map.of(WEB, new Epoch(7)));
        assertThat(memory.standing()).containsExactly(alarm("second"));
    }

    @Test
    void a_forgotten_host_is_gone_after_a_restart_unless_it_registered_again() throws SQLException {
        Registration a = new Registration(A, Endpoint.of("hv-a:7600"), "0.1", "boot-1");
        Registration b = new Registration(B, Endpoint.of("hv-b:7600"), "0.1", "boot-1");
        history.registered(a);
        history.registered(b);
        history.write();

        history.forgotten(A);
        history.forgotten(B);
        history.registered(b);
        assertThat(history.write()).isTrue();

        assertThat(again().load().hosts()).containsExactly(b);
    }

    @Test
    void a_host_that_is_forgotten_while_the_database_is_broken_is_gone_when_it_works_again() throws SQLException {
        history.registered(new Registration(A, Endpoint.of("hv-a:7600"), "0.1", "boot-1"));
        history.write();
        source.broken = true;
        history.forgotten(A);
        assertThat(history.write()).isFalse();

        source.broken = false;
        assertThat(history.write()).isTrue();

        assertThat(again().load().hosts()).isEmpty();
    }

    @Test
    void a_cleared_alarm_stands_no_longer_and_may_be_raised_again() throws SQLException {
        history.raised(alarm("first"));
        history.cleared(alarm("first"), THEN);
        history.write();
        assertThat(again().load().standing()).isEmpty();
        history.raised(alarm("again"));
        history.write();
        assertThat(again().load().standing()).containsExactly(alarm("again"));
    }

    @Test
    void handovers_are_found_by_domain_time_and_state() {
        Handover old = handover(new HandoverId(new UUID(3, 1)), 1, SideProgress.GONE, THEN.minusSeconds(3600), THEN);
        Handover open = handover(ID, 2, SideProgress.SHARING, THEN, null);
        history.changed(old, List.of(event("old")));
        history.changed(open, List.of());
        history.write();

        assertThat(history.list(new Filter("", false, Optional.empty(), 100)))
                .extracting(Handover::id)
                .containsExactly(open.id(), old.id());
        assertThat(history.list(new Filter("", false, Optional.empty(), 1))).hasSize(1);
        assertThat(history.list(new Filter(NAME, true, Optional.empty(), 100))).hasSize(1);
        assertThat(history.list(
                        new Filter(WEB.toString().toUpperCase(java.util.Locale.ROOT), false, Optional.of(THEN), 9)))
                .extracting(Handover::id)
                .containsExactly(ID);
        assertThat(history.list(new Filter("' OR 1=1 --", false, Optional.empty(), 100)))
                .isEmpty();
        assertThat(history.find(old.id())).get().extracting(Told::events).isEqualTo(List.of(event("old")));
        assertThat(history.find(new HandoverId(new UUID(0, 0)))).isEmpty();
    }

    @Test
    void a_broken_database_is_written_when_it_works_again_and_nothing_is_lost() throws SQLException {
        source.broken = true;
        history.changed(handover(ID, 1, SideProgress.SHARING, THEN, null), List.of(event("one")));
        history.changed(handover(ID, 1, SideProgress.SHARED, THEN, null), List.of(event("two")));

        assertThat(history.write()).isFalse();
        assertThat(history.problem()).contains("the disk is gone");
        assertThat(history.waiting()).isEqualTo(2);
        assertThat(history.list(new Filter("", false, Optional.empty(), 100))).isEmpty();

        source.broken = false;
        assertThat(history.write()).isTrue();
        assertThat(history.problem()).isEmpty();
        assertThat(again().load().open())
                .singleElement()
                .satisfies(t -> assertThat(t.events()).hasSize(2));
    }

    @Test
    void an_entry_that_does_not_fit_does_not_stop_the_others() throws SQLException {
        history.registered(new Registration(A, Endpoint.of("a:1"), "x".repeat(5000), "boot-1"));
        history.registered(new Registration(B, Endpoint.of("b:1"), "0.1", "boot-1"));

        assertThat(history.write()).isTrue();
        assertThat(again().load().hosts()).extracting(Registration::host).containsExactly(B);
    }

    @Test
    void a_row_that_another_controller_wrote_is_not_overwritten_blindly() throws SQLException {
        history.changed(handover(ID, 1, SideProgress.SHARING, THEN, null), List.of());
        history.write();
        try (Connection other = source.getConnection();
                Statement statement = other.createStatement()) {
            statement.executeUpdate("UPDATE handovers SET version = version + 1");
        }
        history.changed(handover(ID, 1, SideProgress.SHARED, THEN, null), List.of(event("ours")));

        assertThat(history.write()).isFalse();
        assertThat(history.problem()).contains("another controller");
        assertThat(history.write()).as("having read its version").isTrue();
        assertThat(again().load().open().getFirst().events()).hasSize(1);
    }

    /** A database whose disk can be taken away. */
    private static final class Breakable implements DataSource {
        private final DataSource real;
        private boolean broken;

        Breakable(DataSource real) {
            this.real = real;
        }

        @Override
        public Connection getConnection() throws SQLException {
            if (broken) {
                throw new SQLException("the disk is gone", "08000");
            }
            return real.getConnection();
        }

        @Override
        public Connection getConnection(String user, String password) throws SQLException {
            return getConnection();
        }

        @Override
        public PrintWriter getLogWriter() {
            return null;
        }

        @Override
        public void setLogWriter(PrintWriter out) {}

        @Override
        public void setLoginTimeout(int seconds) {}

        @Override
        public int getLoginTimeout() {
            return 0;
        }

        @Override
        public Logger getParentLogger() {
            return Logger.getGlobal();
        }

        @Override
        public <T> T unwrap(Class<T> type) throws SQLException {
            return real.unwrap(type);
        }

        @Override
        public boolean isWrapperFor(Class<?> type) throws SQLException {
            return real.isWrapperFor(type);
        }
    }
}
