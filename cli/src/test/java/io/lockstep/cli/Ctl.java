package io.lockstep.cli;

import io.lockstep.cli.doctor.Machine;
import io.lockstep.cli.doctor.RecordedMachine;
import io.lockstep.cli.fake.FakeCluster;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;

/** Runs a command line as a person would, with a fixed clock and an environment of its own. */
public final class Ctl {

    private final Map<String, String> environment = new HashMap<>(Map.of("USER", "root", "SUDO_USER", "ada"));
    private final List<String> syslog = new ArrayList<>();
    private Machine machine = RecordedMachine.healthy();
    private boolean terminal;
    private Waiting waiting = new EndlessWait();

    public record Run(int exit, String out, String err) {}

    /** The machine's own configuration file is none of a test's. */
    private Ctl() {
        environment.put("LOCKSTEP_CTL_CONF", "/dev/null");
    }

    public static Ctl alone() {
        return new Ctl();
    }

    public static Ctl of(FakeCluster cluster) {
        return new Ctl().with("LOCKSTEP_CONTROLLER", cluster.endpoint("controller"));
    }

    public Ctl with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    public Ctl on(Machine other) {
        machine = other;
        return this;
    }

    public Ctl onTerminal() {
        terminal = true;
        return this;
    }

    /** How time passes: what happens in each pause. */
    public Ctl waiting(Waiting other) {
        waiting = other;
        return this;
    }

    public List<String> syslog() {
        return syslog;
    }

    /** The names of all commands. */
    public Set<String> commands() {
        return commandLine().getSubcommands().keySet();
    }

    public Run run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exit = commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        return new Run(exit, out.toString(), err.toString());
    }

    private CommandLine commandLine() {
        Surroundings surroundings = new Surroundings(
                "0.1.0", environment, InstantSource.fixed(FakeCluster.NOW), terminal, syslog::add, machine, waiting);
        return Lockstepctl.configure(new CommandLine(Lockstepctl.class, factory(surroundings)));
    }

    /** What CDI does in the program: commands take their surroundings in the constructor. */
    private static CommandLine.IFactory factory(Surroundings surroundings) {
        return new CommandLine.IFactory() {
            @Override
            public <K> K create(Class<K> type) throws Exception {
                try {
                    return type.getConstructor(Surroundings.class).newInstance(surroundings);
                } catch (NoSuchMethodException e) {
                    return CommandLine.defaultFactory().create(type);
                }
            }
        };
    }
}
