package io.lockstep.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The built demo as a process, started as {@code ./lockstep demo} does, and a look at every process that it starts. */
final class DemoRun implements AutoCloseable {

    /** For the whole story: half a minute on an idle machine with two processors. */
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private static final Duration KILL = Duration.ofSeconds(10);
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Pattern DIRECTORY = Pattern.compile("Their logs: (\\S+)");

    private final Path log;
    private final Process process;
    private final Set<ProcessHandle> started = ConcurrentHashMap.newKeySet();
    private final Thread watcher;

    /** @param name of the file in {@code target/demo} that gets what the demo prints */
    DemoRun(String name, String... options) throws IOException {
        log = Files.createDirectories(Path.of("target/demo")).resolve(name + ".log");
        Path simulator = ProjectModule.SIMULATOR.target(ProjectModule.ROOT);
        List<String> command = new ArrayList<>(List.of(
                // A build in the background of a script ignores SIGINT, and all that it starts would inherit that.
                "env",
                "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dlockstep.root=" + ProjectModule.ROOT,
                "-cp",
                simulator.resolve("lockstep-simulator.jar") + File.pathSeparator + simulator.resolve("lib") + "/*",
                "io.lockstep.simulator.demo.Demo"));
        command.addAll(Arrays.asList(options));
        process = new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        watcher = Thread.ofVirtual().name("demo-watcher").start(this::watch);
    }

    private void watch() {
        try {
            while (process.isAlive()) {
                process.descendants().forEach(started::add);
                Thread.sleep(LOOK);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    String output() throws IOException {
        return Files.readString(log);
    }

    void awaitLine(String part) {
        await("\"" + part + "\" in " + log).atMost(LIMIT).until(() -> output().contains(part) || !process.isAlive());
        assertThat(log).content().contains(part);
    }

    /** Its own, in the system's directory for temporary files. */
    Path directory() throws IOException {
        return namedDirectory().orElseThrow(() -> new AssertionError("the demo names no directory in " + log));
    }

    private Optional<Path> namedDirectory() throws IOException {
        Matcher matcher = DIRECTORY.matcher(output());
        return matcher.find() ? Optional.of(Path.of(matcher.group(1))) : Optional.empty();
    }

    void signal(String name) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid())
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }

    /** @return the exit status */
    int awaitEnd() throws InterruptedException {
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS))
                .as("the demo has ended; what it said is in " + log)
                .isTrue();
        watcher.join();
        return process.exitValue();
    }

    /** The processes below the demo, of now and of before, and whatever names its directory, that still run. */
    List<String> living() throws IOException {
        return handles(Optional.of(directory()))
                .map(p -> p.pid() + " " + p.info().commandLine().orElse(""))
                .toList();
    }

    private Stream<ProcessHandle> handles(Optional<Path> directory) {
        Stream<ProcessHandle> naming = directory.stream()
                .flatMap(d -> ProcessHandle.allProcesses()
                        .filter(p -> p.info().commandLine().orElse("").contains(d.toString())));
        return Stream.of(started.stream(), process.descendants(), naming)
                .flatMap(handles -> handles)
                .distinct()
                .filter(DemoRun::isRunning);
    }

    /** A dead process that nobody has waited for yet counts as alive, but has no command any more. */
    private static boolean isRunning(ProcessHandle handle) {
        return handle.isAlive() && handle.info().command().isPresent();
    }

    /** After a failed test nothing is left either. */
    @Override
    public void close() throws IOException {
        Optional<Path> directory = namedDirectory();
        List<ProcessHandle> left = new ArrayList<>(handles(directory).toList());
        left.add(process.toHandle());
        left.forEach(ProcessHandle::destroyForcibly);
        left.forEach(p -> p.onExit()
                .completeOnTimeout(p, KILL.toSeconds(), TimeUnit.SECONDS)
                .join());
        if (directory.isPresent() && Files.isDirectory(directory.get())) {
            try (Stream<Path> files = Files.walk(directory.get())) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
