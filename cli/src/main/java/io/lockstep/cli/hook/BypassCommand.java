package io.lockstep.cli.hook;

import com.google.gson.JsonObject;
import io.lockstep.cli.CommandFailure;
import io.lockstep.cli.ExitStatus;
import io.lockstep.cli.StandardOptions;
import io.lockstep.cli.Surroundings;
import io.lockstep.cli.output.Cell;
import io.lockstep.cli.output.Durations;
import io.lockstep.cli.output.Json;
import io.lockstep.cli.output.OutputOptions;
import io.lockstep.cli.output.Printer;
import io.lockstep.cli.output.Table;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Break-glass: the hook lets a domain through although nobody could say that it may. */
@Command(
        name = "bypass",
        description = {
            "Let the hook of this host pass for one domain without asking the agent, for a while. Works without agent and"
                    + " controller, as root, and only on the host where it is typed.",
            "It covers start, restore and stop, never a migration. The lock manager is not asked: make sure yourself that"
                    + " the domain runs nowhere else."
        })
public final class BypassCommand implements Callable<Integer> {

    private static final String DEFAULT_DIRECTORY = "/etc/lockstep/bypass.d";

    private final Surroundings surroundings;

    @Mixin
    StandardOptions standard;

    @Mixin
    private OutputOptions output;

    @Parameters(arity = "0..1", paramLabel = "DOMAIN", description = "The domain's name.")
    private Optional<String> domain;

    @Option(names = "--for", paramLabel = "TIME", description = "How long: 10m, 2h, at most 24h.")
    private Optional<Duration> length;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for those who ask later.")
    private Optional<String> reason;

    @Option(names = "--end", description = "End the domain's bypass now.")
    private boolean end;

    @Option(names = "--list", description = "List the bypasses of this host.")
    private boolean list;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Where the hook looks for them, otherwise LOCKSTEP_BYPASS_DIR or " + DEFAULT_DIRECTORY + ".")
    private Optional<Path> directory;

    @Spec
    private CommandSpec spec;

    public BypassCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Printer printer = output.printer(surroundings);
        Path path = directory
                .or(() -> surroundings.variable("LOCKSTEP_BYPASS_DIR").map(Path::of))
                .orElse(Path.of(DEFAULT_DIRECTORY));
        BypassDirectory bypasses = new BypassDirectory(path);
        try {
            if (list) {
                refuse(domain.isPresent() || end || length.isPresent() || reason.isPresent(), "--list stands alone");
                return list(bypasses, printer).code();
            }
            String name = domain.orElseThrow(() -> misused("name the DOMAIN, or use --list"));
            if (end) {
                refuse(length.isPresent() || reason.isPresent(), "--end needs neither --for nor --reason");
                return end(bypasses, name).code();
            }
            return begin(bypasses, name, printer).code();
        } catch (AccessDeniedException e) {
            throw new CommandFailure(ExitStatus.NO, "no access to " + e.getFile() + ": only root may do this", e);
        } catch (IOException e) {
            throw new CommandFailure(ExitStatus.NO, "cannot change " + path + ": " + e, e);
        }
    }

    private ExitStatus begin(BypassDirectory bypasses, String name, Printer printer) throws IOException {
        Duration lasting = length.orElseThrow(() -> misused("say how long with --for, for example --for 10m"));
        String why = reason.orElseThrow(() -> misused("say why with --reason: others will ask"));
        Instant now = surroundings.clock().instant().truncatedTo(ChronoUnit.SECONDS);
        Bypass bypass;
        Path file;
        try {
            bypass = new Bypass(name, now.plus(lasting), surroundings.user(), now, why.strip());
            file = bypasses.write(bypass);
        } catch (IllegalArgumentException e) {
            throw misused(String.valueOf(e.getMessage()));
        }
        surroundings
                .syslog()
                .accept("bypass for domain " + name + " until " + bypass.until() + " by " + bypass.by() + ": "
                        + bypass.reason());
        if (printer.json()) {
            printer.print(json(bypass));
        } else {
            printer.line("bypass for " + name + " until " + bypass.until() + " (" + Durations.ago(bypass.until(), now)
                    + "), in " + file);
        }
        printer.note("until then the hook on this host lets " + name + " start and stop without asking for locks;"
                + " it never lets a migration through");
        printer.note("make sure that " + name + " runs on no other host; end it early with: lockstepctl bypass " + name
                + " --end");
        return ExitStatus.OK;
    }

    private ExitStatus end(BypassDirectory bypasses, String name) throws IOException {
        boolean ended;
        try {
            ended = bypasses.end(name);
        } catch (IllegalArgumentException e) {
            throw misused(String.valueOf(e.getMessage()));
        }
        if (!ended) {
            throw new CommandFailure(ExitStatus.NO, "there is no bypass for " + name + " on this host");
        }
        surroundings.syslog().accept("bypass for domain " + name + " ended by " + surroundings.user());
        spec.commandLine().getErr().println("the bypass for " + name + " is ended");
        return ExitStatus.OK;
    }

    private ExitStatus list(BypassDirectory bypasses, Printer printer) throws IOException {
        List<BypassDirectory.Entry> entries = bypasses.list();
        if (printer.json()) {
            printer.print(Json.object(
                    "bypasses",
                    Json.list(
                            entries.stream()
                                    .flatMap(e -> e instanceof BypassDirectory.Entry.Valid(Bypass bypass)
                                            ? Stream.of(bypass)
                                            : Stream.empty())
                                    .toList(),
                            this::json)));
        } else {
            Table table = new Table("DOMAIN", "ENDS", "BY", "GIVEN", "REASON");
            entries.forEach(e -> {
                if (e instanceof BypassDirectory.Entry.Valid(Bypass bypass)) {
                    table.row(
                            Cell.of(bypass.domain()),
                            Cell.when(
                                    !bypass.over(printer.now()),
                                    (bypass.over(printer.now()) ? "over, " : "") + printer.ago(bypass.until())),
                            Cell.of(bypass.by()),
                            Cell.of(printer.ago(bypass.at())),
                            Cell.of(bypass.reason()));
                }
            });
            printer.print(table, "no bypass on this host");
        }
        entries.forEach(e -> {
            if (e instanceof BypassDirectory.Entry.Unreadable(String file, String what)) {
                printer.note("lockstepctl: " + file + " is no bypass, remove it: " + what);
            }
        });
        return ExitStatus.OK;
    }

    private JsonObject json(Bypass bypass) {
        JsonObject json = new JsonObject();
        json.addProperty("domain", bypass.domain());
        json.addProperty("until", Json.time(bypass.until()));
        json.addProperty("over", bypass.over(surroundings.clock().instant()));
        json.addProperty("by", bypass.by());
        json.addProperty("at", Json.time(bypass.at()));
        json.addProperty("reason", bypass.reason());
        return json;
    }

    private void refuse(boolean wrong, String message) {
        if (wrong) {
            throw misused(message);
        }
    }

    private ParameterException misused(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
