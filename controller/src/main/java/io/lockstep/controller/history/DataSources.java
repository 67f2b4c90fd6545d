package io.lockstep.controller.history;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.AgroalConnectionPoolConfiguration.ConnectionValidator;
import io.agroal.api.configuration.supplier.AgroalConnectionFactoryConfigurationSupplier;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.exceptionsorter.PostgreSQLExceptionSorter;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The pool of connections that {@code lockstep.database.url} asks for.
 *
 * <p>Guarantees: which database it is follows from the URL alone, at a start and not when the controller is built; no connection is
 * made before it is needed; a connection that broke is given to nobody; nobody waits for ever, for a connection or for an answer.
 */
public final class DataSources {

    /** By name: its class file has annotations that are on nobody's class path, of which the compiler warns. */
    private static final String POSTGRESQL_DRIVER = "org.postgresql.Driver";

    private static final int CONNECTIONS = 8;
    private static final Duration ACQUISITION = Duration.ofSeconds(5);

    /** A connection that was idle for longer is asked whether it lives: a server or a firewall may have ended it. */
    private static final Duration IDLE = Duration.ofSeconds(10);

    /** In seconds; what the URL itself says counts more. */
    private static final Map<String, String> POSTGRESQL = Map.of(
            "connectTimeout",
            "5",
            "socketTimeout",
            "20",
            "tcpKeepAlive",
            "true",
            "ApplicationName",
            "lockstep-controller");

    private DataSources() {}

    /** @throws IllegalArgumentException for a URL of any other database */
    public static AgroalDataSource pooled(String url, Optional<String> user, Optional<String> password) {
        String driver = driver(url);
        AgroalDataSourceConfigurationSupplier configuration = new AgroalDataSourceConfigurationSupplier();
        AgroalConnectionFactoryConfigurationSupplier factory =
                configuration.connectionPoolConfiguration().connectionFactoryConfiguration();
        factory.jdbcUrl(url).connectionProviderClassName(driver);
        user.ifPresent(u -> factory.principal(new NamePrincipal(u)));
        password.ifPresent(p -> factory.credential(new SimplePassword(p)));
        if (driver.equals(POSTGRESQL_DRIVER)) {
            POSTGRESQL.forEach(factory::jdbcProperty);
            configuration.connectionPoolConfiguration().exceptionSorter(new PostgreSQLExceptionSorter());
        }
        configuration
                .connectionPoolConfiguration()
                .maxSize(CONNECTIONS)
                .acquisitionTimeout(ACQUISITION)
                .idleValidationTimeout(IDLE)
                .connectionValidator(ConnectionValidator.defaultValidator());
        try {
            return AgroalDataSource.from(configuration);
        } catch (SQLException e) {
            throw new IllegalArgumentException("lockstep.database.url: " + e.getMessage(), e);
        }
    }

    /** Whether other controllers may use this database too. Of a file H2 lets one process alone have it, unless told otherwise. */
    public static boolean shared(String url) {
        return !url.startsWith("jdbc:h2:file:") || url.toUpperCase(Locale.ROOT).contains(";AUTO_SERVER=TRUE");
    }

    private static String driver(String url) {
        if (url.startsWith("jdbc:h2:")) {
            return "org.h2.Driver";
        }
        if (url.startsWith("jdbc:postgresql:")) {
            return POSTGRESQL_DRIVER;
        }
        throw new IllegalArgumentException("lockstep.database.url: \"" + url
                + "\" is neither jdbc:postgresql://HOST/DATABASE nor jdbc:h2:file:PATH");
    }
}
