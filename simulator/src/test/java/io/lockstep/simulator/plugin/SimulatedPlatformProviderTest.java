package io.lockstep.simulator.plugin;

import static io.lockstep.core.volume.LockMode.EXCLUSIVE;
import static io.lockstep.core.volume.LockMode.SHARED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lockstep.core.domain.DomainJob;
import io.lockstep.core.domain.DomainReading;
import io.lockstep.core.domain.DomainState;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HypervisorReading;
import io.lockstep.core.port.DeviceChange;
import io.lockstep.core.port.HostPlatform;
import io.lockstep.core.port.LockManager;
import io.lockstep.core.port.LockManagerException;
import io.lockstep.core.port.Migrations;
import io.lockstep.core.volume.Lease;
import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.LockspaceState;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.Volume;
import io.lockstep.simulator.Cluster;
import io.lockstep.simulator.SimulatedHost;
import io.lockstep.simulator.libvirt.GuestDefinition;
import io.lockstep.simulator.libvirt.MigrationPhase;
import io.lockstep.simulator.server.SimulatorServer;
import io.lockstep.simulator.storage.VolumeType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An agent's way to a simulated host: through the jar's own class loader, a channel and the server. */
class SimulatedPlatformProviderTest {

    private static final VgName VG = new VgName("vg0");
    private static final GuestDefinition GUEST = GuestDefinition.named("web").disks("/dev/vg0/d1");

    private final Cluster cluster = Cluster.named("h1", "h2").volumeGroup("vg0");
    private final Volume d1 = cluster.volume("vg0/d1");
    private final SimulatedHost h1 = cluster.host("h1");
    private SimulatorServer server;
    private URLClassLoader loader;
    private HostPlatform platform;

    @BeforeEach
    void an_agent_on_the_first_host() throws IOException {
        server = SimulatorServer.start(cluster, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        loader = pluginLoader();
        platform = ServiceLoader.load(HostPlatform.Provider.class, loader).stream()
                .map(ServiceLoader.Provider::get)
                .filter(p -> p.name().equals("simulator"))
                .findFirst()
                .orElseThrow()
                .open(Map.of("address", "127.0.0.1:" + server.port(), "host", "h1"));
    }

    @AfterEach
    void the_end() throws IOException {
        platform.close();
        server.close();
        loader.close();
    }

    /** As in an agent: the parent has core, proto and gRPC, and knows no simulator. */
    private static URLClassLoader pluginLoader() {
        URL jar = SimulatedPlatformProvider.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation();
        ClassLoader agent = new ClassLoader(SimulatedPlatformProviderTest.class.getClassLoader()) {
            @Override
            protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                if (name.startsWith("io.lockstep.simulator.")) {
                    throw new ClassNotFoundException(name);
                }
                return super.loadClass(name, resolve);
            }
        };
        return new URLClassLoader(new URL[] {jar}, agent);
    }

    @Test
    void the_plugin_comes_from_its_own_loader() {
        assertThat(platform.getClass().getClassLoader()).isSameAs(loader);
        assertThat(platform.bootId()).isEqualTo(h1.bootId());
    }

    @Test
    void the_lock_manager_is_that_of_the_host() throws LockManagerException {
        LockManager locks = platform.lockManager();
        Volume raid = cluster.volume("vg0/raid", VolumeType.RAID);
        assertThat(locks.volumeGroups()).containsExactly(VG);
        assertThat(locks.volumes(VG))
                .isEqualTo(h1.platform().lockManager().volumes(VG))
                .hasSize(2);
        assertThat(locks.change(VG, new TreeSet<>(Set.of(d1, raid)), SHARED))
                .containsEntry(d1, new LockResult.Granted(SHARED))
                .containsEntry(raid, new LockResult.NotShareable("raid1"));
        assertThat(h1.held("vg0/d1")).isEqualTo(SHARED);
        assertThat(locks.read(VG)).isEqualTo(h1.platform().lockManager().read(VG));
        assertThat(locks.leases(VG, Set.of(d1, raid)))
                .isEqualTo(h1.platform().lockManager().leases(VG, Set.of(d1, raid)));
        assertThat(locks.peers(VG))
                .isEqualTo(h1.platform().lockManager().peers(VG))
                .hasSize(2);
        assertThat(locks.devices().follow("/dev/vg0/d1")).isEqualTo("/dev/dm-1");
        assertThat(locks.devices().deviceMapper(1)).contains(d1.uuid());
        assertThat(locks.devices().deviceMapper(2)).isEmpty();
    }

    @Test
    void what_the_lock_manager_refuses_to_say_arrives_as_its_exception() {
        assertThatThrownBy(() -> platform.lockManager().volumes(new VgName("nosuch")))
                .isInstanceOf(LockManagerException.class)
                .hasMessage("lvs: Volume group \"nosuch\" not found");
    }

    @Test
    void libvirt_is_that_of_the_host() {
        h1.lvchange(EXCLUSIVE, "vg0/d1");
        h1.libvirtd().pool("images", VG);
        h1.virsh().define(GUEST.xml());
        h1.virsh().start("web");
        assertThat(platform.hypervisor().read())
                .isEqualTo(h1.platform().hypervisor().read());
        assertThat(platform.hypervisor().poolTargets().orElseThrow()).containsEntry("images", "/dev/vg0");
        assertThat(platform.hypervisor().suspend(new DomainUuid(GUEST.uuid()))).isTrue();
        assertThat(platform.hypervisor().read())
                .isInstanceOfSatisfying(
                        HypervisorReading.Seen.class,
                        seen -> assertThat(seen.domains())
                                .singleElement()
                                .extracting(DomainReading::state, DomainReading::job)
                                .containsExactly(DomainState.paused("user"), DomainJob.NONE));
    }

    @Test
    void disks_are_attached_and_detached_and_refused() {
        h1.lvchange(EXCLUSIVE, "vg0/d1");
        h1.virsh().create(GuestDefinition.named("bare").xml());
        DomainUuid bare = new DomainUuid(GuestDefinition.named("bare").uuid());
        String disk = "<disk type='block' device='disk'><source dev='/dev/vg0/d1'/><target dev='vdb'/></disk>";

        assertThat(platform.hypervisor().attachDisk(bare, disk, false)).isEqualTo(new DeviceChange.Done());
        assertThat(h1.virsh().dumpxml("bare").out()).contains("/dev/vg0/d1");
        assertThat(platform.hypervisor().attachDisk(bare, disk, false))
                .isEqualTo(new DeviceChange.Refused("Requested operation is not valid: target vdb already exists"));
        h1.libvirtd().guestKeepsDisks("bare", true);
        assertThat(platform.hypervisor().detachDisk(bare, "vdb", false)).isEqualTo(new DeviceChange.Requested());
        assertThat(h1.virsh().dumpxml("bare").out()).contains("/dev/vg0/d1");
        h1.libvirtd().guestKeepsDisks("bare", false);
        assertThat(h1.virsh().dumpxml("bare").out()).doesNotContain("/dev/vg0/d1");
        server.close();
        assertThat(platform.hypervisor().detachDisk(bare, "vdb", false)).isInstanceOf(DeviceChange.Unknown.class);
    }

    @Test
    void a_migration_that_an_agent_starts_is_libvirts_own() {
        h1.lvchange(SHARED, "vg0/d1");
        cluster.host("h2").lvchange(SHARED, "vg0/d1");
        h1.virsh().define(GUEST.xml());
        h1.virsh().start("web");
        DomainUuid web = new DomainUuid(GUEST.uuid());
        List<Optional<Migrations.Copied>> half = new ArrayList<>();
        h1.libvirtd()
                .migrationsOfAgents(options -> options.at(
                        MigrationPhase.COPIED,
                        () -> half.add(platform.migrations().copied(web))));

        assertThat(platform.migrations().copied(web)).isEmpty();
        assertThat(platform.migrations().abort(web)).isFalse();
        assertThat(platform.migrations().migrate(order(web, "qemu+ssh://h9/system")))
                .isInstanceOf(Migrations.Ended.Failed.class);
        assertThat(platform.migrations().migrate(order(web, "qemu+ssh://h2/system")))
                .isEqualTo(new Migrations.Ended.Moved());
        assertThat(half).containsExactly(Optional.of(new Migrations.Copied(1 << 30, 1 << 30, 0)));
        assertThat(cluster.host("h2").virsh().domstate("web").out()).contains("running");
        server.close();
        assertThat(platform.migrations().migrate(order(web, "qemu+ssh://h2/system")))
                .isInstanceOf(Migrations.Ended.Unknown.class);
    }

    private static Migrations.Order order(DomainUuid domain, String uri) {
        return new Migrations.Order(domain, uri, true, true, false, OptionalLong.empty());
    }

    @Test
    void events_wake() {
        AtomicInteger wakes = new AtomicInteger();
        platform.hypervisor().onChange(wakes::incrementAndGet);
        // The stream begins when it begins: events before that are lost, as they may be.
        await().until(() -> h1.virsh().define(GUEST.xml()).ok() && wakes.get() > 0);
        assertThat(wakes).hasPositiveValue();
    }

    @Test
    void nothing_is_known_when_the_simulator_is_gone() {
        server.close();
        assertThat(platform.lockManager().read(VG).lockspace()).isInstanceOf(LockspaceState.Unknown.class);
        assertThat(platform.lockManager()
                        .change(VG, new TreeSet<>(Set.of(d1)), EXCLUSIVE)
                        .get(d1))
                .isInstanceOf(LockResult.Unknown.class);
        assertThat(platform.lockManager().leases(VG, Set.of(d1)).get(d1)).isInstanceOf(Lease.Unknown.class);
        assertThat(platform.lockManager().peers(VG)).isEmpty();
        assertThatThrownBy(() -> platform.lockManager().volumeGroups()).isInstanceOf(LockManagerException.class);
        assertThat(platform.hypervisor().read()).isInstanceOf(HypervisorReading.Silent.class);
        assertThat(platform.hypervisor().suspend(new DomainUuid(GUEST.uuid()))).isFalse();
    }

    @Test
    void an_option_that_is_missing_is_named() {
        assertThatThrownBy(() -> new SimulatedPlatformProvider().open(Map.of("address", "127.0.0.1:1")))
                .hasMessage("the platform \"simulator\" needs the option host");
        assertThatThrownBy(() -> new SimulatedPlatformProvider().open(Map.of("address", "nowhere", "host", "h1")))
                .hasMessage("address=nowhere of the simulator is not HOST:PORT");
    }
}
