package io.lockstep.controller.history;

import static io.lockstep.controller.fake.Samples.A;
import static io.lockstep.controller.fake.Samples.B;
import static io.lockstep.controller.fake.Samples.DATA;
import static io.lockstep.controller.fake.Samples.NAME;
import static io.lockstep.controller.fake.Samples.ROOT;
import static io.lockstep.controller.fake.Samples.WEB;

import io.lockstep.controller.alarm.Alarm;
import io.lockstep.controller.alarm.AlarmKind;
import io.lockstep.controller.fake.BreakableDataSource;
import io.lockstep.controller.handover.Handover;
import io.lockstep.controller.handover.HandoverEvent;
import io.lockstep.controller.handover.SideView;
import io.lockstep.controller.handover.SideView.Basis;
import io.lockstep.controller.host.Hold;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.SideProgress;
import io.lockstep.core.volume.LockMode;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;

/** A history on whatever database, which can be broken. */
abstract class HistoryFixture {

    static final Instant THEN = Instant.parse("2026-11-22T19:00:00.123456Z");
    static final HandoverId ID = new HandoverId(new UUID(3, 3));
    BreakableDataSource source;
    Instant now = THEN;
    History history;

    /** A database that nobody has used before. */
    abstract DataSource empty() throws SQLException;

    @BeforeEach
    void create() throws SQLException {
        source = new BreakableDataSource(empty());
        new Migrations(source).migrate();
        history = again();
    }

    /** As after a restart. */
    History again() {
        return new History(new Database(source), () -> {}, () -> now);
    }

    static Handover handover(HandoverId id, long epoch, SideProgress target, Instant opened, Instant closed) {
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

    static HandoverEvent event(String text) {
        return new HandoverEvent(THEN, Optional.of(A), text);
    }

    static Alarm alarm(String text) {
        return new Alarm(AlarmKind.LEFT_OVER, WEB, NAME, new TreeSet<>(List.of(A, B)), text, THEN);
    }

    /** A step that the side of A told, which every controller hears. */
    static HandoverEvent step(String text, int second) {
        return new HandoverEvent(THEN, Optional.of(A), text, Optional.of(THEN.plusSeconds(second)));
    }

    static Handover finished(Handover handover) {
        SideView gone = new SideView(
                SideProgress.GONE, Basis.REPORTED, OwnDomain.ABSENT, "", THEN.plusSeconds(3), THEN.plusSeconds(3));
        SideView holds = new SideView(
                SideProgress.HOLDS, Basis.REPORTED, OwnDomain.ACTIVE, "", THEN.plusSeconds(3), THEN.plusSeconds(3));
        return handover.with(gone, holds, Optional.of(THEN.plusSeconds(4)));
    }

    static Hold hold(LockMode mode, String domain, int since) {
        return new Hold(ROOT, mode, new TreeSet<>(List.of(domain)), Optional.of(THEN.plusSeconds(since)));
    }
}
