package io.lockstep.controller.grpc;

import io.lockstep.controller.alarm.Alarm;
import io.lockstep.controller.alarm.AlarmKind;
import io.lockstep.controller.fake.Samples;
import io.lockstep.controller.handover.Handover;
import io.lockstep.controller.handover.HandoverEvent;
import io.lockstep.controller.handover.SideView;
import io.lockstep.controller.handover.SideView.Basis;
import io.lockstep.controller.history.Database;
import io.lockstep.controller.history.History;
import io.lockstep.controller.history.Migrations;
import io.lockstep.controller.host.Endpoint;
import io.lockstep.controller.host.Registration;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.SideProgress;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.h2.jdbcx.JdbcDataSource;

/** The database of a controller that ran before, and the settings of one that is quick enough for a test. */
public class FormerLife implements QuarkusTestResourceLifecycleManager {

    static final HandoverId OPEN = new HandoverId(new UUID(5, 5));
    static final HostName GONE_HOST = new HostName("hv-former");
    static final Instant THEN = Instant.parse("2026-11-22T19:00:00Z");

    @Override
    public Map<String, String> start() {
        try {
            Path directory = Files.createTempDirectory(
                            Files.createDirectories(Path.of("target", "former-life")), "data")
                    .toAbsolutePath();
            write("jdbc:h2:file:" + directory + "/history;WRITE_DELAY=0");
            return Map.of(
                    "lockstep.data-dir", directory.toString(),
                    "lockstep.deadline-scale", "0.1",
                    "lockstep.tick-every", "0.2s",
                    "lockstep.hosts.heartbeat", "0.5s",
                    "lockstep.hosts.register-again-after", "0.1s",
                    "lockstep.hosts.redial-first", "50ms",
                    "lockstep.hosts.redial-longest", "300ms",
                    "lockstep.alarms.look-every", "0.3s");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void write(String url) {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL(url);
        try {
            new Migrations(source).migrate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        History history = new History(new Database(source), () -> {}, InstantSource.system());
        history.registered(new Registration(GONE_HOST, Endpoint.of("localhost:1"), "0.1", "boot-9"));
        history.changed(
                handover(), List.of(new HandoverEvent(THEN, Optional.of(GONE_HOST), "holds its volumes SHARED")));
        history.raised(alarm());
        if (!history.write()) {
            throw new IllegalStateException(history.problem());
        }
    }

    static Handover handover() {
        return new Handover(
                OPEN,
                new Epoch(33),
                Samples.WEB,
                Samples.NAME,
                GONE_HOST,
                new HostName("hv-former-too"),
                new TreeSet<>(List.of(Samples.ROOT, Samples.DATA)),
                new SideView(SideProgress.SHARED, Basis.REPORTED, OwnDomain.OUTGOING, "", THEN, THEN),
                new SideView(SideProgress.SHARED, Basis.REPORTED, OwnDomain.STARTING, "", THEN, THEN),
                THEN,
                Optional.empty());
    }

    static Alarm alarm() {
        return new Alarm(
                AlarmKind.DOUBLE_RUN,
                Samples.WEB,
                Samples.NAME,
                new TreeSet<>(List.of(GONE_HOST, new HostName("hv-former-too"))),
                "the guest runs twice",
                THEN);
    }

    @Override
    public void stop() {}
}
