package io.lockstep.controller.history;

import static io.lockstep.controller.fake.Samples.A;
import static io.lockstep.controller.fake.Samples.B;
import static io.lockstep.controller.fake.Samples.C;
import static io.lockstep.controller.fake.Samples.NAME;
import static io.lockstep.controller.fake.Samples.WEB;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.controller.handover.Handover;
import io.lockstep.controller.handover.HandoverArchive.Filter;
import io.lockstep.controller.handover.HandoverArchive.Told;
import io.lockstep.controller.handover.HandoverEvent;
import io.lockstep.controller.host.Endpoint;
import io.lockstep.controller.host.Registration;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.HandoverPhase;
import io.lockstep.core.handover.SideProgress;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What the history promises of handovers, which several controllers write, on whatever database. */
abstract class HandoverHistoryContract extends HistoryFixture {

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
    void what_two_controllers_hear_of_one_handover_is_put_together_and_each_step_is_kept_once() throws SQLException {
        History other = again();
        Handover opened = handover(ID, 1, SideProgress.SHARING, THEN, null);
        history.changed(opened, List.of(new HandoverEvent(THEN, Optional.empty(), "opened")));
        history.write();
        other.learned(opened, new HandoverEvent(THEN, Optional.empty(), "learned"));
        other.changed(opened, List.of(step("holds its volumes SHARED", 1)));
        other.write();

        history.changed(opened, List.of(step("holds its volumes SHARED", 1), step("sees the domain active", 2)));
        Handover closed = finished(opened);
        other.changed(closed, List.of(step("closed: holds nothing", 3)));
        assertThat(history.write()).isTrue();
        assertThat(other.write()).isTrue();
        history.changed(opened, List.of(step("holds its volumes SHARED", 1)));
        assertThat(history.write()).isTrue();

        Told told = again().find(ID).orElseThrow();
        assertThat(told.events())
                .extracting(HandoverEvent::text)
                .containsExactly(
                        "opened", "holds its volumes SHARED", "sees the domain active", "closed: holds nothing");
        assertThat(told.handover().closedAt()).as("whoever wrote last").isEqualTo(closed.closedAt());
    }

    @Test
    void two_controllers_that_learn_of_one_handover_make_one_row_of_it() throws SQLException {
        History other = again();
        Handover open = handover(ID, 1, SideProgress.SHARING, THEN, null);
        history.learned(open, new HandoverEvent(THEN, Optional.empty(), "learned from a"));
        other.learned(open, new HandoverEvent(THEN, Optional.empty(), "learned from b"));
        assertThat(history.write()).isTrue();
        assertThat(other.write()).isTrue();

        assertThat(again().load().open())
                .singleElement()
                .satisfies(t ->
                        assertThat(t.events()).extracting(HandoverEvent::text).containsExactly("learned from a"));
    }

    @Test
    void a_controller_learns_from_the_database_what_another_one_has_written() {
        History other = again();
        history.registered(new Registration(A, Endpoint.of("hv-a:7600"), "0.1", "boot-1"));
        history.registered(new Registration(B, Endpoint.of("hv-b:7600"), "0.1", "boot-1"));
        history.forgotten(B);
        Handover open = handover(ID, 1, SideProgress.SHARING, THEN, null);
        history.changed(finished(open), List.of());
        history.write();

        History.Written written = other.written(List.of(ID)).orElseThrow();

        assertThat(written.hosts()).extracting(Registration::host).containsExactly(A);
        assertThat(written.forgotten()).isEqualTo(Map.of(B, THEN));
        assertThat(written.handovers())
                .as("open here, closed there")
                .extracting(t -> t.handover().open())
                .containsExactly(false);
    }

    @Test
    void handovers_are_found_by_host_and_phase() {
        Handover open = handover(ID, 1, SideProgress.SHARED, THEN, null);
        history.changed(open, List.of());
        assertThat(history.list(
                        new Filter("", false, Optional.empty(), 9, Optional.of(B), Set.of(HandoverPhase.SHARED))))
                .hasSize(1);
        assertThat(history.list(new Filter("", false, Optional.empty(), 9, Optional.of(C), Set.of())))
                .isEmpty();
        assertThat(history.list(
                        new Filter("", false, Optional.empty(), 9, Optional.empty(), Set.of(HandoverPhase.COMMITTED))))
                .isEmpty();
    }
}
