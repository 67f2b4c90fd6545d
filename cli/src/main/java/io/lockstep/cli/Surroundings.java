package io.lockstep.cli;

import io.lockstep.cli.doctor.Machine;
import java.io.Console;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Everything outside that a command may look at, so that a test can put something else there.
 *
 * @param terminal whether a person looks at stdout
 * @param syslog takes one line for the machine's log; does nothing where there is none
 * @param machine this host, for the doctor
 * @param waiting how time passes, and Ctrl-C
 */
public record Surroundings(
        String version,
        Map<String, String> environment,
        InstantSource clock,
        boolean terminal,
        Consumer<String> syslog,
        Machine machine,
        Waiting waiting) {

    public Surroundings {
        environment = Map.copyOf(environment);
    }

    public static Surroundings system(String version) {
        return new Surroundings(
                version,
                System.getenv(),
                InstantSource.system(),
                Optional.ofNullable(System.console())
                        .filter(Console::isTerminal)
                        .isPresent(),
                Syslog::write,
                Machine.ofThisHost(),
                new SystemWaiting());
    }

    public Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(v -> !v.isBlank());
    }

    public boolean colour() {
        return terminal && variable("NO_COLOR").isEmpty() && !variable("TERM").equals(Optional.of("dumb"));
    }

    /** Who asks, for the audit: the person behind sudo where there is one. */
    public String user() {
        return variable("SUDO_USER")
                .or(() -> variable("USER"))
                .orElseGet(() -> System.getProperty("user.name", "unknown"));
    }
}
