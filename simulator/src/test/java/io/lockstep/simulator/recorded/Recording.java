package io.lockstep.simulator.recorded;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Commands typed on a real cluster and what they answered. */
final class Recording {

    /**
     * One command line.
     *
     * @param number its line in the file
     */
    record Step(int number, String host, String command, int exit, Duration took, List<String> out, List<String> err) {
        @Override
        public String toString() {
            return number + " [" + host + "] $ " + (command.length() > 60 ? command.substring(0, 60) + "…" : command);
        }
    }

    private static final Pattern COMMAND = Pattern.compile("\\[(h\\d)] \\$ (.*)");
    private static final Pattern RESULT = Pattern.compile("rc=(\\d+) elapsed=([0-9.]+)s at=.*");

    private final List<String> lines;

    private Recording(List<String> lines) {
        this.lines = lines;
    }

    static Recording of(String name) {
        try (InputStream stream = Recording.class.getResourceAsStream("/recordings/" + name)) {
            if (stream == null) {
                throw new IllegalArgumentException("no recording " + name);
            }
            return new Recording(new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<String> lines() {
        return lines;
    }

    List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i + 1 < lines.size(); i++) {
            Matcher command = COMMAND.matcher(lines.get(i));
            Matcher result = RESULT.matcher(lines.get(i + 1));
            if (!command.matches() || !result.matches()) {
                continue;
            }
            List<String> out = new ArrayList<>();
            List<String> err = new ArrayList<>();
            for (int j = i + 2; j < lines.size() && lines.get(j).matches("(out|err)\\|.*"); j++) {
                (lines.get(j).startsWith("out") ? out : err)
                        .add(lines.get(j).substring(4).strip());
            }
            steps.add(new Step(
                    i + 1,
                    command.group(1),
                    command.group(2),
                    Integer.parseInt(result.group(1)),
                    Duration.ofMillis((long) (Double.parseDouble(result.group(2)) * 1000)),
                    out,
                    err));
        }
        return steps;
    }
}
