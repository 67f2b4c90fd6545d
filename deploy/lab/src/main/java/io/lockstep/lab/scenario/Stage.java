package io.lockstep.lab.scenario;

import io.lockstep.lab.lease.Holding;
import io.lockstep.lab.machine.LabException;
import io.lockstep.lab.machine.Machine;
import io.lockstep.lab.machine.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** What a scenario acts on. Every act and check is a step with its time; the first check that fails ends the scenario. */
public final class Stage {

    /** How long emulated hosts may take for what takes a few seconds on iron. */
    public static final Duration SOON = Duration.ofMinutes(2);

    /** An agent starts in half a minute in emulation, and registers some seconds later. */
    private static final Duration AGENT = Duration.ofMinutes(4);

    private final Cluster cluster;
    private final Consumer<Step> told;
    private final List<Step> steps = new ArrayList<>();

    Stage(Cluster cluster, Consumer<Step> told) {
        this.cluster = cluster;
        this.told = told;
    }

    public Machine h1() {
        return cluster.h1();
    }

    public Machine h2() {
        return cluster.h2();
    }

    public Cluster cluster() {
        return cluster;
    }

    List<Step> steps() {
        return steps;
    }

    /** Says something that took no time worth mentioning. */
    public void note(String what) {
        tell(what, Duration.ZERO);
    }

    private void tell(String what, Duration took) {
        Step step = new Step(what, took);
        steps.add(step);
        told.accept(step);
    }

    /** Defines a guest of the lab on both hosts, with these volumes of vg0, or whatever disks {@code make-domain} knows. */
    public void define(String domain, String... disks) {
        for (Machine host : cluster.hosts()) {
            cluster.define(host, domain, disks);
        }
    }

    public void defineOn(Machine host, String domain, String... disks) {
        cluster.define(host, domain, disks);
    }

    /** Runs a command that must succeed. */
    public Outcome does(Machine host, String command) {
        Outcome outcome = host.run(command);
        tell(host + "# " + command, outcome.took());
        if (!outcome.ok()) {
            throw new CheckFailed("on " + host + " " + outcome);
        }
        return outcome;
    }

    /** Runs a command that must fail, and say each of these texts: a failure for another reason is no refusal. */
    public Outcome isRefused(Machine host, String command, String text, String... more) {
        Outcome outcome = host.run(command);
        tell(host + "# " + command + "\n" + outcome.said(), outcome.took());
        failed(host + " ", outcome);
        says(host + " ", outcome, text);
        for (String other : more) {
            says(host + " ", outcome, other);
        }
        return outcome;
    }

    private static void failed(String where, Outcome outcome) {
        if (!outcome.answered()) {
            throw new CheckFailed(where + "gave no answer, which is no refusal: " + outcome);
        }
        if (outcome.ok()) {
            throw new CheckFailed(where + "\"" + outcome.command() + "\" should have failed");
        }
    }

    private static void says(String where, Outcome outcome, String text) {
        if (!outcome.says(text)) {
            throw new CheckFailed(where + outcome + "\nwhich does not say \"" + text + "\"");
        }
    }

    /** Begins a command beside what follows. */
    public CompletableFuture<Outcome> begins(Machine host, String command) {
        note(host + "# " + command + " &");
        return host.begin(command);
    }

    /** The end of a command that was begun, however it went. */
    public Outcome end(CompletableFuture<Outcome> begun) {
        try {
            Outcome outcome = begun.join();
            tell(outcome.ok() ? "\"" + outcome.command() + "\" is done" : outcome.toString(), outcome.took());
            return outcome;
        } catch (CompletionException e) {
            throw new CheckFailed("a command beside could not be run: " + e.getMessage());
        }
    }

    public Outcome succeeds(CompletableFuture<Outcome> begun) {
        Outcome outcome = end(begun);
        if (!outcome.ok()) {
            throw new CheckFailed(outcome.toString());
        }
        return outcome;
    }

    public Outcome fails(CompletableFuture<Outcome> begun, String... texts) {
        Outcome outcome = end(begun);
        failed("", outcome);
        for (String text : texts) {
            says("", outcome, text);
        }
        return outcome;
    }

    /** Does something that is no command. */
    public void act(String what, Runnable action) {
        Instant began = Instant.now();
        action.run();
        tell(what, Duration.between(began, Instant.now()));
    }

    public void check(String what, boolean holds) {
        if (!holds) {
            throw new CheckFailed("not so: " + what);
        }
        note("ok: " + what);
    }

    /** Waits until something is so. */
    public void until(String what, Duration limit, BooleanSupplier holds) {
        Instant began = Instant.now();
        boolean held = Cluster.await(limit, holds);
        Duration took = Duration.between(began, Instant.now());
        if (!held) {
            throw new CheckFailed("not so within " + limit.toSeconds() + " s: " + what);
        }
        tell("ok: " + what, took);
    }

    public void until(String what, BooleanSupplier holds) {
        until(what, SOON, holds);
    }

    /** Waits until a host's command succeeds. */
    public void untilSays(Machine host, String command, String text) {
        until(host + " says \"" + text + "\"", () -> host.run(command).out().contains(text));
    }

    /** Waits until each of these volumes is held like this, in sanlock's own lease area. */
    public void held(Holding expected, String... volumes) {
        held(SOON, expected, volumes);
    }

    public void held(Duration limit, Holding expected, String... volumes) {
        Instant began = Instant.now();
        boolean so = Cluster.await(
                limit,
                () -> cluster.leases().of(List.of(volumes)).values().stream().allMatch(expected::equals));
        Duration took = Duration.between(began, Instant.now());
        if (!so) {
            throw new CheckFailed("the lease area should say " + expected + " of " + String.join(", ", volumes)
                    + ", and says " + cluster.leases().of(List.of(volumes)) + " after " + limit.toSeconds() + " s");
        }
        tell("lease area: " + String.join(", ", volumes) + " " + expected, took);
    }

    /** At this moment, without waiting: for what must never have changed. */
    public void heldStill(Holding expected, String... volumes) {
        held(Duration.ofSeconds(1), expected, volumes);
    }

    public void exclusive(Machine host, String... volumes) {
        held(Holding.exclusive(host.hostId()), volumes);
    }

    /** The same, where the other side must first be given up. */
    public void exclusiveAfter(Duration limit, Machine host, String... volumes) {
        held(limit, Holding.exclusive(host.hostId()), volumes);
    }

    public void free(String... volumes) {
        held(Holding.FREE, volumes);
    }

    public boolean runs(Machine host, String domain) {
        return state(host, domain).startsWith("running");
    }

    /** What virsh calls the domain's state; {@code shut off} also where it is not defined. */
    public String state(Machine host, String domain) {
        Outcome outcome = host.run("virsh domstate " + domain);
        if (outcome.ok()) {
            return outcome.out().strip();
        }
        if (outcome.answered() && outcome.err().contains("failed to get domain")) {
            return "shut off";
        }
        throw new LabException("on " + host + " " + outcome);
    }

    /** It runs on this host, and on the other it does not even exist as a process. */
    public void runsOnlyOn(Machine host, String domain) {
        Machine other = host == h1() ? h2() : h1();
        String here = state(host, domain);
        String there = state(other, domain);
        check(
                domain + " runs on " + host + " alone (" + here + " there, " + there + " on " + other + ")",
                here.equals("running") && there.equals("shut off"));
    }

    /** Waits until the agent lives and says that it is not ready, for this reason. */
    public void notReady(Machine host, Duration limit, String reason) {
        until(
                "the agent of " + host + " is alive and not ready: " + reason,
                limit,
                () -> host.run("lab-probe agent live").ok() && Cluster.problem(host, reason));
    }

    /** Waits until the agent is ready and the controller knows it: only then migrations are possible. */
    public void connected(Machine host) {
        until("the agent of " + host + " is ready, and the controller knows it", AGENT, () -> Cluster.connected(host));
    }
}
