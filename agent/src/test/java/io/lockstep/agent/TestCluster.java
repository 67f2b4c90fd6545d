package io.lockstep.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.core.domain.HostName;
import io.lockstep.core.volume.LockMode;
import io.lockstep.simulator.Cluster;
import io.lockstep.simulator.SimulatedHost;
import io.lockstep.simulator.libvirt.GuestDefinition;
import io.lockstep.simulator.libvirt.MigrationOptions;
import io.lockstep.simulator.libvirt.VirshResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Hosts with agents, one after the other and on a virtual clock: nothing happens that a test did not start. */
final class TestCluster {

    static final GuestDefinition WEB = GuestDefinition.named("web").disks("/dev/vg0/d1_a", "/dev/vg0/d1_b");

    private final Cluster cluster;
    private final Map<HostName, TestHost> hosts = new LinkedHashMap<>();
    private final Steps steps = new Steps();
    private final DirectController controller = new DirectController(hosts);

    /** The domain web with two disks runs on h1, and everything is at rest. */
    static TestCluster withWeb(Path directory) {
        TestCluster cluster = new TestCluster(directory, "vg0/d1_a", "vg0/d1_b", "vg0/x");
        cluster.host("h1").virsh().define(WEB.xml());
        assertThat(cluster.host("h1").virsh().start("web").exit()).isZero();
        cluster.rest();
        return cluster;
    }

    /** The domain web with two disks is defined on every host, and runs on none. */
    static TestCluster withWebDefined(Path directory) {
        TestCluster cluster = new TestCluster(directory, "vg0/d1_a", "vg0/d1_b", "vg0/x");
        for (HostName host : cluster.hosts.keySet()) {
            cluster.host(host.value()).virsh().define(WEB.xml());
        }
        return cluster;
    }

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

    VirshResult start(String host, String domain) {
        VirshResult result = host(host).virsh().start(domain);
        quiet();
        return result;
    }

    /** Migrates web from h1 to h2. */
    VirshResult migrate(MigrationOptions options) {
        VirshResult result = host("h1").migrate("web", host("h2"), options);
        quiet();
        return result;
    }

    /** Passes a while, after which nothing may be left to do: every lock is as needed, and no handover is open. */
    void atRest() {
        rest();
        assertThat(cluster.invariants().always()).isEmpty();
        assertThat(cluster.invariants().quietMeansExact()).isEmpty();
        hosts.values().stream()
                .filter(TestHost::running)
                .forEach(h -> assertThat(h.agent().state().handovers())
                        .as(h.name().value())
                        .isEmpty());
    }

    /** At rest, with web's volumes EXCLUSIVE on this host and free elsewhere. */
    void webOnlyOn(String host) {
        atRest();
        for (String volume : List.of("vg0/d1_a", "vg0/d1_b")) {
            assertThat(locks(volume)).as(volume).isEqualTo("h1 un h2 un h3 un".replace(host + " un", host + " ex"));
        }
    }

    String locks(String volume) {
        return "h1 " + held("h1", volume).lvmlockd() + " h2 "
                + held("h2", volume).lvmlockd() + " h3 " + held("h3", volume).lvmlockd();
    }
}
