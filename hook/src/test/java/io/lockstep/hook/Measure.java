package io.lockstep.hook;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Median wall time of whole hook processes against an agent that answers at once; started by {@code src/test/sh/measure}. Each
 * is measured in turn, round after round, so that a busy machine is unfair to all of them alike.
 */
final class Measure {

    private Measure() {}

    /** @param arguments the script, the hook's home, the number of rounds */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        String script = arguments[0];
        Path home = Path.of(arguments[1]);
        int rounds = Integer.parseInt(arguments[2]);
        Path directory = Files.createTempDirectory("measure");
        Path socket = directory.resolve("agent.sock");
        Path xml = Files.writeString(directory.resolve("xml"), "<domain>" + "x".repeat(8000) + "</domain>");
        Path bare = directory.resolve("bare");
        Files.createDirectory(bare);
        Files.copy(home.resolve("lockstep-hook.jar"), bare.resolve("lockstep-hook.jar"));
        String java = System.getProperty("java.home") + "/bin/java";
        Path conf = conf(directory.resolve("hook.conf"), java, home, socket);
        Path bareConf = conf(directory.resolve("bare.conf"), java, bare, socket);
        Path noConf = directory.resolve("no.conf");

        List<Case> cases = List.of(
                new Case("/bin/sh -c :", noConf, "/bin/sh", "-c", ":"),
                new Case("started (dropped), no hook.conf", noConf, script, "vm1", "started", "begin", "-"),
                new Case("started (dropped), a hook.conf", conf, script, "vm1", "started", "begin", "-"),
                new Case("java -version", noConf, java, "-version"),
                new Case("prepare", conf, script, "vm1", "prepare", "begin", "-"),
                new Case("release", conf, script, "vm1", "release", "end", "shutdown"),
                new Case("prepare without AOT cache", bareConf, script, "vm1", "prepare", "begin", "-"));
        try (FakeAgent _ = new FakeAgent(socket, FakeAgent.allows())) {
            for (int round = -2; round < rounds; round++) {
                for (Case c : cases) {
                    double millis = c.run(xml);
                    if (round >= 0) {
                        c.times.add(millis);
                    }
                }
            }
        }
        for (Case c : cases) {
            double[] times = c.times.stream().mapToDouble(t -> t).sorted().toArray();
            System.out.printf(
                    "%8.2f ms  (best %.2f, worst %.2f)  %s%n",
                    times[times.length / 2], times[0], times[times.length - 1], c.name);
        }
    }

    private static Path conf(Path file, String java, Path home, Path socket) throws IOException {
        return Files.writeString(file, "JAVA=" + java + "\nHOME=" + home + "\nSOCKET=" + socket + "\n");
    }

    private static final class Case {
        private final String name;
        private final List<Double> times = new ArrayList<>();
        private final ProcessBuilder process;

        Case(String name, Path conf, String... command) {
            this.name = name;
            process = new ProcessBuilder(Arrays.asList(command));
            process.environment().clear();
            process.environment().put("LC_ALL", "C");
            process.environment().put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin");
            process.environment().put("USER", "root");
            process.environment().put("LOCKSTEP_HOOK_CONF", conf.toString());
            process.redirectErrorStream(true);
        }

        double run(Path xml) throws IOException, InterruptedException {
            process.redirectInput(xml.toFile());
            long start = System.nanoTime();
            Process started = process.start();
            int status = started.waitFor();
            long nanos = System.nanoTime() - start;
            if (status != 0) {
                throw new IllegalStateException(
                        name + ": " + new String(started.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            }
            return nanos / 1e6;
        }
    }
}
