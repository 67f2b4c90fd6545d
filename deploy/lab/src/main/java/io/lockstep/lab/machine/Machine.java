package io.lockstep.lab.machine;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** One emulated host. */
public final class Machine {

    /** Emulation is some ten times slower than iron: what takes longer than this does not end. */
    private static final Duration LIMIT = Duration.ofMinutes(5);

    /** What runs beside may be made to wait by what the scenario does meanwhile. */
    private static final Duration LIMIT_BESIDE = Duration.ofMinutes(8);

    private static final ExecutorService BESIDE = Executors.newVirtualThreadPerTaskExecutor();

    private final LabScript script;
    private final int number;

    public Machine(LabScript script, int number) {
        this.script = script;
        this.number = number;
    }

    /** {@code h1}, {@code h2}: its host name, and its name in Lockstep. */
    public String name() {
        return "h" + number;
    }

    /** Its number in the lockspace. */
    public int hostId() {
        return number;
    }

    /** Runs a shell command on it as root, whatever comes of it. */
    public Outcome run(String command) {
        return run(command, LIMIT);
    }

    public Outcome run(String command, Duration limit) {
        Outcome outcome = script.run(limit, "ssh", Integer.toString(number), command);
        return new Outcome(command, outcome.status(), outcome.out(), outcome.err(), outcome.took());
    }

    /** @throws LabException when the command fails */
    public String ok(String command) {
        return ok(command, LIMIT);
    }

    public String ok(String command, Duration limit) {
        Outcome outcome = run(command, limit);
        if (!outcome.ok()) {
            throw new LabException("on " + name() + " " + outcome);
        }
        return outcome.out().strip();
    }

    /** Runs a shell command on it beside what the scenario goes on to do. */
    public CompletableFuture<Outcome> begin(String command) {
        return CompletableFuture.supplyAsync(() -> run(command, LIMIT_BESIDE), BESIDE);
    }

    /** Ends it as a power cut does. */
    public void powerCut() {
        script.ok(Duration.ofSeconds(30), "power-cut", Integer.toString(number));
    }

    /** Boots it again from its own disk, and returns when it answers. */
    public void boot() {
        script.ok(Duration.ofMinutes(5), "boot", Integer.toString(number));
    }

    /** From now on it gets no answer from the shared disk. */
    public void stallDisk() {
        script.ok(Duration.ofSeconds(30), "stall", Integer.toString(number));
    }

    public void unstallDisk() {
        script.ok(Duration.ofSeconds(30), "unstall", Integer.toString(number));
    }

    @Override
    public String toString() {
        return name();
    }
}
