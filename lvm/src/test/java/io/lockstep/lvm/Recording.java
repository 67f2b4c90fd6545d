package io.lockstep.lvm;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Commands that were run on a real cluster, with all they printed. */
public final class Recording {

    private static final Pattern COMMAND = Pattern.compile("\\[(\\w+)] \\$ (.*)");
    private static final Pattern STATUS = Pattern.compile("rc=(\\d+) .*");

    /** One command: where it ran, its exit status, its output. */
    public record Run(String host, String line, int status, String out, String err) {}

    private Recording() {}

    /** The n-th command, counted from 0, on that host whose line begins like this. */
    public static Run run(String file, String host, String line, int n) {
        List<Run> runs = runs(file).stream()
                .filter(r -> r.host().equals(host) && r.line().startsWith(line))
                .toList();
        if (n >= runs.size()) {
            throw new IllegalArgumentException(file + " has " + runs.size() + " runs of " + line + " on " + host);
        }
        return runs.get(n);
    }

    public static Run run(String file, String host, String line) {
        return run(file, host, line, 0);
    }

    private static List<Run> runs(String file) {
        List<Run> runs = new ArrayList<>();
        for (String line : text(file).lines().toList()) {
            Matcher command = COMMAND.matcher(line);
            Matcher status = STATUS.matcher(line);
            if (command.matches()) {
                runs.add(new Run(command.group(1), command.group(2), -1, "", ""));
            } else if (!runs.isEmpty()) {
                Run run = runs.getLast();
                if (line.startsWith("out| ")) {
                    run = new Run(run.host, run.line, run.status, run.out + line.substring(5) + "\n", run.err);
                } else if (line.startsWith("err| ")) {
                    run = new Run(run.host, run.line, run.status, run.out, run.err + line.substring(5) + "\n");
                } else if (status.matches()) {
                    run = new Run(run.host, run.line, Integer.parseInt(status.group(1)), run.out, run.err);
                }
                runs.set(runs.size() - 1, run);
            }
        }
        return runs;
    }

    private static String text(String file) {
        try (InputStream in = Recording.class.getResourceAsStream("/recordings/" + file + ".txt")) {
            if (in == null) {
                throw new IllegalArgumentException("no recording " + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
