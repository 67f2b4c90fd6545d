package io.lockstep.controller.load;

import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** What one controller costs, as a table: {@code src/test/sh/measure}. */
public final class Measure {

    private static final String USAGE = "usage: measure [SECONDS [HOSTS...]]";
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final int MOST_HOSTS = 2000;

    /** A migration's memory takes time; these ones last as long as this before their source lets go, or as long as a part. */
    private static final Duration MIGRATION = Duration.ofSeconds(10);

    private Measure() {}

    /** @param arguments the controller's directory, its heap; then the seconds of each part, and numbers of hosts */
    public static void main(String[] arguments) throws Exception {
        Duration part;
        List<Integer> counts;
        try {
            part = Duration.ofSeconds(
                    arguments.length > 2 ? number("SECONDS", arguments[2], 1, (int) LONGEST.toSeconds()) : 20);
            counts = arguments.length > 3
                    ? Stream.of(arguments)
                            .skip(3)
                            .map(a -> number("HOSTS", a, Load.FEWEST_HOSTS, MOST_HOSTS))
                            .toList()
                    : List.of(10, 100, 500);
        } catch (IllegalArgumentException e) {
            System.err.println("measure: " + e.getMessage());
            System.err.println(USAGE);
            System.exit(2);
            return;
        }
        System.out.printf(
                Locale.ROOT,
                "%d processors, for the controller (heap %s) and for what plays the hosts; %d domains of two volumes a"
                        + " host, %d handovers in flight; %d s a part%n%n",
                Runtime.getRuntime().availableProcessors(),
                arguments[1],
                Load.DOMAINS,
                Load.IN_FLIGHT,
                part.toSeconds());
        System.out.println(Figures.HEAD);
        for (int count : counts) {
            Path directory = Files.createTempDirectory("lockstep-measure");
            try (Load load = new Load(Path.of(arguments[0]), arguments[1], directory, count)) {
                Load.pause(part.dividedBy(2));
                System.out.println(load.atRest(part).row(count, "at rest"));
                // Once for the compiler.
                load.handovers(part.dividedBy(2), Duration.ZERO);
                Duration migration = part.compareTo(MIGRATION) < 0 ? part : MIGRATION;
                System.out.println(load.handovers(part.multipliedBy(2), migration)
                        .row(count, "handovers of " + migration.toSeconds() + " s"));
                System.out.println(load.handovers(part, Duration.ZERO).row(count, "as many as it takes"));
                load.check();
            } catch (IllegalStateException | StatusRuntimeException e) {
                System.err.println("measure: " + count + " hosts: " + e.getMessage() + "; the controller's log is in "
                        + directory);
                System.exit(1);
            }
        }
    }

    private static int number(String name, String text, int least, int most) {
        int number;
        try {
            number = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + ": \"" + text + "\" is not a whole number", e);
        }
        if (number < least || number > most) {
            throw new IllegalArgumentException(
                    name + ": " + number + " is not between " + least + " and " + most + because(name));
        }
        return number;
    }

    private static String because(String name) {
        return name.equals("HOSTS")
                ? ": " + Load.IN_FLIGHT + " handovers at once need as many domains, and a host has " + Load.DOMAINS
                : "";
    }

    /**
     * One row.
     *
     * @param median of the times that {@code Begin}s took, in ms; empty when there were none
     * @param cpu of one processor
     * @param generator the same, of the process that plays the hosts
     * @param heap what is in use after a collection, in MB
     * @param resident what the process occupies then, in MB
     * @param behind how long the database took at the end to have everything, in seconds
     */
    record Figures(
            OptionalDouble rate,
            OptionalDouble median,
            OptionalDouble worst,
            double cpu,
            double generator,
            long heap,
            long resident,
            OptionalDouble behind) {

        private static final String HEAD = """
                | hosts |                     | Begin/s | median ms | 99 % ms | CPU % | hosts' CPU % | heap MB | process MB | database behind s |
                |------:|---------------------|--------:|----------:|--------:|------:|-------------:|--------:|-----------:|------------------:|\
                """;

        private String row(int hosts, String what) {
            return "| %5d | %-19s | %7s | %9s | %7s | %5.1f | %12.1f | %7d | %10d | %17s |"
                    .formatted(
                            hosts,
                            what,
                            text(rate),
                            text(median),
                            text(worst),
                            100 * cpu,
                            100 * generator,
                            heap,
                            resident,
                            text(behind));
        }

        private static String text(OptionalDouble value) {
            return value.isPresent() ? String.format(Locale.ROOT, "%.1f", value.getAsDouble()) : "";
        }
    }
}
