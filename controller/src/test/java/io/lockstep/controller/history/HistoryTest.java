package io.lockstep.controller.history;

import java.nio.file.Path;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** On a real H2 file, which every connection opens anew. */
class HistoryTest {

    @TempDir
    private Path directory;

    private DataSource file() {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:file:" + directory.resolve("history") + ";WRITE_DELAY=0");
        return source;
    }

    @Nested
    class OfEverything extends HistoryContract {
        @Override
        DataSource empty() {
            return file();
        }
    }

    @Nested
    class OfHandovers extends HandoverHistoryContract {
        @Override
        DataSource empty() {
            return file();
        }
    }
}
