package io.lockstep.controller.history;

import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.resource.LoadableResource;
import org.jspecify.annotations.Nullable;

/**
 * Brings the database's schema to what this version of the controller wants.
 *
 * <p>Guarantees: any number of controllers may do it at once, and one does it; a schema that a later version has made is left as it
 * is. The files are listed here, since Flyway finds none in the jars that Quarkus loads.
 */
public final class Migrations {

    private static final String DIRECTORY = "db/migration/";
    private static final List<String> FILES = List.of("V1__history.sql", "V2__several_controllers.sql");

    private final DataSource source;

    public Migrations(DataSource source) {
        this.source = source;
    }

    /** @throws SQLException when the database does not work or does not fit; to be tried again */
    public void migrate() throws SQLException {
        try {
            Flyway.configure(Migrations.class.getClassLoader())
                    .dataSource(source)
                    .resourceProvider(new Listed())
                    .javaMigrationClassProvider(List::of)
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            throw new SQLException(e.getMessage(), e);
        }
    }

    private static final class Listed implements ResourceProvider {

        @Override
        public @Nullable LoadableResource getResource(String name) {
            // Flyway looks for settings beside each of them as well.
            String file = name.substring(name.lastIndexOf('/') + 1);
            return FILES.contains(file) ? new Script(file) : null;
        }

        @Override
        public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
            return FILES.stream()
                    .filter(f ->
                            f.startsWith(prefix) && List.of(suffixes).stream().anyMatch(f::endsWith))
                    .<LoadableResource>map(Script::new)
                    .toList();
        }
    }

    private static final class Script extends LoadableResource {

        private final String file;

        Script(String file) {
            this.file = file;
        }

        @Override
        public Reader read() {
            return new InputStreamReader(
                    Objects.requireNonNull(Migrations.class.getClassLoader().getResourceAsStream(DIRECTORY + file)),
                    StandardCharsets.UTF_8);
        }

        @Override
        public String getAbsolutePath() {
            return DIRECTORY + file;
        }

        @Override
        public String getAbsolutePathOnDisk() {
            return getAbsolutePath();
        }

        @Override
        public String getFilename() {
            return file;
        }

        @Override
        public String getRelativePath() {
            return file;
        }
    }
}
