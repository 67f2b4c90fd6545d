package io.lockstep.simulator;

import io.lockstep.core.domain.HostName;
import io.lockstep.core.port.Definitions;
import io.lockstep.core.port.HostPlatform;
import io.lockstep.core.port.Hypervisor;
import io.lockstep.core.port.LockManager;
import io.lockstep.core.port.Migrations;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeName;
import io.lockstep.simulator.libvirt.Libvirtd;
import io.lockstep.simulator.libvirt.MigrationOptions;
import io.lockstep.simulator.libvirt.SimulatedDefinitions;
import io.lockstep.simulator.libvirt.SimulatedHypervisor;
import io.lockstep.simulator.libvirt.SimulatedMigrations;
import io.lockstep.simulator.libvirt.Virsh;
import io.lockstep.simulator.libvirt.VirshResult;
import io.lockstep.simulator.libvirt.Writers;
import io.lockstep.simulator.storage.CommandResult;
import io.lockstep.simulator.storage.HostStorage;
import io.lockstep.simulator.storage.LogicalVolume;
import io.lockstep.simulator.storage.LvchangeResult;
import io.lockstep.simulator.storage.Lvm;
import io.lockstep.simulator.storage.SharedDisk;
import io.lockstep.simulator.storage.SimulatedLockManager;
import io.lockstep.simulator.storage.StorageFaults;
import io.lockstep.simulator.time.ClusterLock;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** One host: its power, its storage, its libvirt, and the platform that an agent on it is given. */
public final class SimulatedHost {

    /** How often things were asked of this host since it exists. */
    public record Counters(long lvmCommands, long silentHypervisorReads) {}

    private final HostName name;
    private final ClusterLock cluster;
    private final SharedDisk disk;
    private final HostStorage storage;
    private final Libvirtd libvirtd;
    private final HostPlatform platform;
    private final AtomicInteger boots = new AtomicInteger(1);
    private volatile String bootId;

    /** @param others the other hosts' daemons, by the names that this one's reaches them at */
    SimulatedHost(
            HostName name,
            ClusterLock cluster,
            SharedDisk disk,
            Writers writers,
            Function<HostName, Optional<Libvirtd>> others) {
        this.name = name;
        this.bootId = bootId(name, boots.get());
        this.cluster = cluster;
        this.disk = disk;
        this.storage = disk.connect(name, this::powerCut);
        this.libvirtd = new Libvirtd(name, cluster, storage, writers);
        this.platform = new Platform(
                new SimulatedLockManager(cluster, disk, storage),
                new SimulatedHypervisor(libvirtd),
                new SimulatedDefinitions(libvirtd),
                new SimulatedMigrations(libvirtd, others));
    }

    public HostName name() {
        return name;
    }

    /** What an agent on this host works with. It answers nothing useful while the host has no power. */
    public HostPlatform platform() {
        return platform;
    }

    public Virsh virsh() {
        return libvirtd.virsh();
    }

    public Libvirtd libvirtd() {
        return libvirtd;
    }

    public HostStorage storage() {
        return storage;
    }

    public Lvm lvm() {
        return storage.lvm();
    }

    public StorageFaults faults() {
        return storage.faults();
    }

    public VirshResult migrate(String domain, SimulatedHost target, MigrationOptions options) {
        return virsh().migrate(domain, target.libvirtd, options);
    }

    /** {@code lvchange -aey}, {@code -asy} or {@code -an}, as an administrator types it. */
    public LvchangeResult lvchange(LockMode mode, String... volumes) {
        return lvm().lvchange(mode, volumes);
    }

    /** {@code lvcreate} on this host, which keeps it EXCLUSIVE. */
    public Volume lvcreate(String volume) {
        lvm().lvcreate(VolumeName.of(volume));
        return disk.volume(VolumeName.of(volume));
    }

    public CommandResult lockStart(String vg) {
        return storage.lockStart(new VgName(vg));
    }

    public CommandResult lockStop(String vg) {
        return storage.lockStop(new VgName(vg));
    }

    /** The mode that lvmlockd shows here. */
    public LockMode believed(String volume) {
        return storage.believed(volume(volume));
    }

    /** The mode that really excludes other hosts. */
    public LockMode held(String volume) {
        return storage.protection(volume(volume));
    }

    public boolean active(String volume) {
        return storage.active(VolumeName.of(volume));
    }

    private LogicalVolume volume(String name) {
        Volume volume = disk.volume(VolumeName.of(name));
        return disk.volumes().stream()
                .filter(v -> v.uuid().equals(volume.uuid()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name + " is in no shared volume group"));
    }

    public Counters counters() {
        return new Counters(storage.commands(), libvirtd.silentReads());
    }

    /** The power is cut: no hook is called, everything that ran is gone, what the lease area says stays. */
    public void powerCut() {
        cluster.change(() -> {
            libvirtd.powerCut();
            storage.powerCut();
        });
    }

    /** The host boots; no lockspace is started and libvirt is not running yet. */
    public void powerOn() {
        bootId = bootId(name, boots.incrementAndGet());
        storage.powerOn();
    }

    /** Power cut and boot, with every lockspace started and then libvirt, which autostarts its domains. */
    public void reboot() {
        powerCut();
        powerOn();
        for (VgName vg : disk.sharedGroups()) {
            storage.lockStart(vg);
        }
        libvirtd.startDaemon();
    }

    public String bootId() {
        return bootId;
    }

    private static String bootId(HostName name, int boot) {
        return UUID.nameUUIDFromBytes((name + " boot " + boot).getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    private final class Platform implements HostPlatform {
        private final LockManager lockManager;
        private final Hypervisor hypervisor;
        private final Definitions definitions;
        private final Migrations migrations;

        Platform(LockManager lockManager, Hypervisor hypervisor, Definitions definitions, Migrations migrations) {
            this.lockManager = lockManager;
            this.hypervisor = hypervisor;
            this.definitions = definitions;
            this.migrations = migrations;
        }

        @Override
        public LockManager lockManager() {
            return lockManager;
        }

        @Override
        public Hypervisor hypervisor() {
            return hypervisor;
        }

        @Override
        public Definitions definitions() {
            return definitions;
        }

        @Override
        public Migrations migrations() {
            return migrations;
        }

        @Override
        public String bootId() {
            return SimulatedHost.this.bootId();
        }

        @Override
        public void close() {
            // The cluster outlives its agents.
        }
    }
}
