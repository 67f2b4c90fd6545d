package io.lockstep.controller.history;

import static io.lockstep.controller.fake.Samples.A;
import static io.lockstep.controller.fake.Samples.B;
import static io.lockstep.controller.fake.Samples.DATA;
import static io.lockstep.controller.fake.Samples.ROOT;
import static io.lockstep.controller.fake.Samples.WEB;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.controller.handover.Handover;
import io.lockstep.controller.handover.HandoverArchive.Filter;
import io.lockstep.controller.handover.HandoverEvent;
import io.lockstep.controller.host.Endpoint;
import io.lockstep.controller.host.Hold;
import io.lockstep.controller.host.Registration;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.SideProgress;
import io.lockstep.core.volume.LockMode;
import io.lockstep.service.action.ManualAction;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What the history promises of everything that it keeps, on whatever database. */
abstract class HistoryContract extends HistoryFixture {

    @Test
    void a_row_of_a_newer_version_keeps_nothing_else_from_being_read_or_written() throws SQLException {
        HandoverId other = new HandoverId(new UUID(3, 4));
        history.changed(handover(ID, 7, SideProgress.SHARING, THEN, null), List.of());
        history.changed(handover(other, 6, SideProgress.SHARING, THEN, null), List.of());
        history.raised(alarm("one that is of a newer kind"));
        assertThat(history.write()).isTrue();
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE handovers SET source_own = 'TELEPORTED' WHERE id = '" + ID + "'");
            statement.executeUpdate("UPDATE alarms SET kind = 'SMELL'");
        }

        History.Memory memory = again().load();
        assertThat(memory.open()).extracting(t -> t.handover().id()).containsExactly(other);
        assertThat(memory.standing()).isEmpty();

        history.changed(handover(ID, 7, SideProgress.SHARED, THEN, null), List.of());
        history.changed(handover(other, 6, SideProgress.SHARED, THEN, null), List.of());
        assertThat(history.write()).isTrue();
        assertThat(history.find(other))
                .hasValueSatisfying(
                        t -> assertThat(t.handover().targetSide().progress()).isEqualTo(SideProgress.SHARED));
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
    void an_alarm_that_two_controllers_raise_stands_once() throws SQLException {
        History other = again();
        history.raised(alarm("seen by one"));
        other.raised(alarm("seen by the other"));
        assertThat(history.write()).isTrue();
        assertThat(other.write()).isTrue();
        assertThat(again().load().standing()).containsExactly(alarm("seen by the other"));
        other.cleared(alarm("seen by the other"), THEN);
        other.write();
        assertThat(again().load().standing()).isEmpty();
    }

    @Test
    void who_held_a_volume_is_told_however_many_controllers_write_it() {
        History other = again();
        history.registered(new Registration(A, Endpoint.of("hv-a:7600"), "0.1", "boot-1"));
        List<Hold> exclusive = List.of(hold(LockMode.EXCLUSIVE, "web1", 0));
        List<Hold> shared = List.of(hold(LockMode.SHARED, "web1", 10));
        history.holds(A, THEN.plusSeconds(1), exclusive);
        assertThat(history.write()).isTrue();
        other.holds(A, THEN.plusSeconds(2), exclusive);
        other.holds(A, THEN.plusSeconds(10), shared);
        other.holds(A, THEN.plusSeconds(20), List.of());
        assertThat(other.write()).isTrue();
        history.holds(A, THEN.plusSeconds(11), shared);
        assertThat(history.write()).as("what comes late changes nothing").isTrue();

        assertThat(history.of(ROOT.name(), Optional.empty()).orElseThrow().holdings())
                .containsExactly(
                        new Holding(A, exclusive.getFirst(), THEN.plusSeconds(1), Optional.of(THEN.plusSeconds(10))),
                        new Holding(A, shared.getFirst(), THEN.plusSeconds(10), Optional.of(THEN.plusSeconds(20))));
        assertThat(history.of(DATA.name(), Optional.empty()).orElseThrow().holdings())
                .isEmpty();
    }

    @Test
    void a_manual_action_that_is_told_twice_is_kept_once_and_found_by_host_time_and_volume() {
        ManualAction release = ManualAction.of(THEN, "eve", "release", "hv-a", "disk is old", "1 released")
                .volumes(List.of(ROOT.name().toString()));
        history.done(release);
        again().done(release);
        history.done(release);
        ManualAction forget = ManualAction.of(THEN.plusSeconds(5), "eve", "forget", "hv-b", "", "forgotten");
        history.done(forget);

        assertThat(history.actions(Optional.empty(), Optional.empty(), 10)).hasValue(List.of(forget, release));
        assertThat(history.actions(Optional.of("hv-a"), Optional.empty(), 10)).hasValue(List.of(release));
        assertThat(history.actions(Optional.empty(), Optional.of(THEN.plusSeconds(1)), 10))
                .hasValue(List.of(forget));
        assertThat(history.of(ROOT.name(), Optional.empty()).orElseThrow().actions())
                .containsExactly(release);
    }

    @Test
    void what_is_over_for_long_is_removed_and_what_is_open_stays_however_old() throws SQLException {
        history.registered(new Registration(A, Endpoint.of("hv-a:7600"), "0.1", "boot-1"));
        Handover first = handover(new HandoverId(new UUID(3, 1)), 1, SideProgress.GONE, THEN, THEN);
        Handover last = handover(new HandoverId(new UUID(3, 2)), 2, SideProgress.GONE, THEN, THEN);
        Handover open = handover(ID, 1, SideProgress.SHARING, THEN, null);
        history.changed(first, List.of(event("old")));
        history.changed(last, List.of(event("the last of its domain")));
        history.changed(open, List.of(event("open")));
        history.raised(alarm("stands"));
        history.done(ManualAction.of(THEN, "eve", "forget", "hv-b", "", "forgotten"));
        history.holds(A, THEN, List.of(hold(LockMode.EXCLUSIVE, "web1", 0)));
        history.write();

        now = THEN.plus(Duration.ofDays(91));
        history.keep(Duration.ofDays(90));

        assertThat(history.find(first.id())).isEmpty();
        assertThat(history.find(last.id())).as("it remembers the epoch").isPresent();
        assertThat(history.find(ID)).get().satisfies(t -> assertThat(t.events()).hasSize(1));
        assertThat(again().load().standing()).hasSize(1);
        assertThat(history.actions(Optional.empty(), Optional.empty(), 10)).hasValue(List.of());
        assertThat(history.of(ROOT.name(), Optional.empty()).orElseThrow().holdings())
                .hasSize(1);
    }
}
