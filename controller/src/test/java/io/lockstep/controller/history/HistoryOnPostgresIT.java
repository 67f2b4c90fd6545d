package io.lockstep.controller.history;

import io.lockstep.controller.fake.PostgresServer;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/** On a real PostgreSQL server, through the pool that the controller uses. */
class HistoryOnPostgresIT {

    private static PostgresServer server;

    @BeforeAll
    static void start() {
        server = new PostgresServer();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static DataSource database() throws SQLException {
        return DataSources.pooled(server.database(), Optional.of(PostgresServer.USER), Optional.empty());
    }

    @Nested
    class OfEverything extends HistoryContract {
        @Override
        DataSource empty() throws SQLException {
            return database();
        }
    }

    @Nested
    class OfHandovers extends HandoverHistoryContract {
        @Override
        DataSource empty() throws SQLException {
            return database();
        }
    }
}
