package io.lockstep.agent;

import io.lockstep.core.domain.HostName;
import io.lockstep.core.volume.LockMode;
import io.lockstep.simulator.Cluster;
import io.lockstep.simulator.SimulatedHost;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Hosts with agents, one after the other and on a virtual clock: nothing happens that a test did not start. */
final class TestCluster {

    private final Cluster cluster;
    private final Map<HostName, TestHost> hosts = new LinkedHashMap<>();
    private final Steps steps = new Steps();
    private final DirectController controller = new DirectController(hosts);

    TestCluster(Path directory, String... volumes) {
        this.cluster = Cluster.named("h1", "h2", "h3").volumeGroup("vg0").volumes(volumes);
        cluster.hooks((host, name, operation, suboperation, extra, xml) ->
                hosts.get(host).hook(name, operation, suboperation, extra, xml));
        for (String name : new String[] {"h1", "h2", "h3"}) {
            SimulatedHost host = cluster.host(name);
            hosts.put(host.name(), new TestHost(host, controller, cluster.time(), steps, directory));
        }
        hosts.values().forEach(TestHost::start);
        quiet();
    }

    Cluster cluster() {
        return cluster;
    }

    DirectController controller() {
        return controller;
    }

    TestHost on(String name) {
        return hosts.get(new HostName(name));
    }

    SimulatedHost host(String name) {
        return cluster.host(name);
    }

    /** Lets the agents do what they would do now, without time passing. */
    void quiet() {
        steps.untilQuiet();
    }

    /** Lets time pass, with the agents' schedulers turning every second. */
    void pass(Duration time) {
        for (long second = 0; second < time.toSeconds(); second++) {
            cluster.time().pass(Duration.ofSeconds(1));
            hosts.values().stream()
                    .filter(TestHost::running)
                    .forEach(h -> h.agent().tick());
            quiet();
        }
    }

    /** Long enough for two looks, a grace time and a few retries. */
    void rest() {
        pass(Duration.ofSeconds(30));
    }

    /** The lock that a host really has, as other hosts feel it. */
    LockMode held(String host, String volume) {
        return cluster.host(host).held(volume);
    }

    String locks(String volume) {
        return "h1 " + held("h1", volume).lvmlockd() + " h2 "
                + held("h2", volume).lvmlockd() + " h3 " + held("h3", volume).lvmlockd();
    }
}
