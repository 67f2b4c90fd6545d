package io.lockstep.lab.scenario;

import io.lockstep.lab.lease.Holding;
import io.lockstep.lab.lease.LeaseArea;
import io.lockstep.lab.machine.LabException;
import io.lockstep.lab.machine.LabScript;
import io.lockstep.lab.machine.Machine;
import io.lockstep.lab.machine.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The two hosts, their shared disk, and Lockstep on them: agent on both, controller on the first. */
public final class Cluster {

    /** The running cluster with Lockstep installed, as it is frozen and brought back. */
    public static final String READY = "ready";

    private static final Duration RESTORE = Duration.ofMinutes(5);
    private static final Duration REST = Duration.ofSeconds(90);
    private static final Duration AGENTS = Duration.ofMinutes(3);
    private static final Duration POLL = Duration.ofMillis(300);

    private final LabScript script;
    private final Machine h1;
    private final Machine h2;
    private final LeaseArea leases;

    public Cluster(LabScript script) {
        this.script = script;
        this.h1 = new Machine(script, 1);
        this.h2 = new Machine(script, 2);
        this.leases = new LeaseArea(script, script.ok(Duration.ofSeconds(60), "lease-area"));
    }

    public Machine h1() {
        return h1;
    }

    public Machine h2() {
        return h2;
    }

    public List<Machine> hosts() {
        return List.of(h1, h2);
    }

    public LeaseArea leases() {
        return leases;
    }

    /** Both hosts and the shared disk as they were when Lockstep had just been installed. */
    public void restore() {
        script.ok(RESTORE, "restore", READY);
        hosts().forEach(Cluster::awaitAgent);
    }

    /** Defines a guest of the lab: a disk without a slash in it is a volume of vg0. */
    public void define(Machine host, String domain, String... disks) {
        String arguments = Stream.of(disks)
                .map(d -> d.contains("/") || d.contains(":") ? d : "vg0/" + d)
                .collect(Collectors.joining(" "));
        host.ok("make-domain " + domain + " " + arguments + " > /tmp/" + domain + ".xml && virsh define /tmp/" + domain
                + ".xml");
    }

    public void cutNetwork() {
        script.ok(Duration.ofSeconds(30), "cut-network");
    }

    public void mendNetwork() {
        script.ok(Duration.ofSeconds(30), "mend-network");
    }

    /**
     * Ends every guest, and waits until nobody holds anything.
     *
     * @return why the cluster did not come to rest with both agents ready; empty when it did
     */
    public Optional<String> comeToRest() {
        try {
            for (Machine host : hosts()) {
                host.ok("rm -f /etc/libvirt/hooks/qemu.d/[0-4]* /etc/libvirt/hooks/qemu.d/9*;"
                        + " for d in $(virsh list --name); do virsh destroy $d; done;"
                        + " for d in $(virsh list --all --name); do virsh undefine $d --managed-save --snapshots-metadata; done;"
                        + " systemctl service-watchdogs yes; systemctl start lockstep-agent");
            }
            h1.ok("systemctl start lockstep-controller");
            if (!await(REST, () -> leases.held().isEmpty())) {
                return Optional.of(words(leases.held()));
            }
            return await(AGENTS, () -> hosts().stream().allMatch(Cluster::connected))
                    ? Optional.empty()
                    : Optional.of("nobody holds anything, but an agent is not ready or not known to the controller");
        } catch (LabException e) {
            return Optional.of("the lab does not answer: " + e.getMessage());
        }
    }

    /**
     * @return whether the condition became true in time; a lab that does not answer for a moment is asked again
     * @throws LabException when it did not even answer at the end
     */
    public static boolean await(Duration limit, BooleanSupplier condition) {
        Instant end = Instant.now().plus(limit);
        while (true) {
            @Nullable LabException trouble = null;
            try {
                if (condition.getAsBoolean()) {
                    return true;
                }
            } catch (LabException e) {
                trouble = e;
            }
            if (Instant.now().isAfter(end)) {
                if (trouble != null) {
                    throw trouble;
                }
                return false;
            }
            try {
                Thread.sleep(POLL);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new LabException("interrupted", e);
            }
        }
    }

    /** Whether the host's agent says that it is ready. */
    public static boolean ready(Machine host) {
        return host.run("lab-probe agent ready").ok();
    }

    /** Whether the host's agent says that it is not ready, for a reason with this text in it. */
    public static boolean problem(Machine host, String reason) {
        Outcome probe = host.run("lab-probe agent ready");
        return probe.answered()
                && !probe.ok()
                && probe.out().contains("DOWN")
                && probe.out().contains(reason);
    }

    /** Whether the host's agent is ready and has a controller. */
    public static boolean connected(Machine host) {
        Outcome probe = host.run("lab-probe agent ready");
        return probe.ok() && probe.out().contains("knows this host");
    }

    static void awaitAgent(Machine host) {
        if (!await(AGENTS, () -> connected(host))) {
            throw new LabException("the agent of " + host + " does not become ready: "
                    + host.run("lab-probe agent ready; systemctl status --no-pager lockstep-agent")
                            .said());
        }
    }

    /** Everything that is held by anybody, for a person. */
    public static String words(Map<String, Holding> held) {
        return held.isEmpty() ? "nobody holds anything" : held.toString();
    }
}
