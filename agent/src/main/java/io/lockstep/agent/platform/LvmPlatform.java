package io.lockstep.agent.platform;

import io.lockstep.agent.work.SteadyClock;
import io.lockstep.core.port.Definitions;
import io.lockstep.core.port.HostPlatform;
import io.lockstep.core.port.Hypervisor;
import io.lockstep.core.port.LockManager;
import io.lockstep.core.port.Migrations;
import io.lockstep.libvirt.LibvirtHypervisor;
import io.lockstep.libvirt.LibvirtMigrations;
import io.lockstep.libvirt.Limits;
import io.lockstep.libvirt.StoredDefinitions;
import io.lockstep.lvm.LvmLockManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** A real host: LVM with lvmlockd, and libvirt. */
public final class LvmPlatform implements HostPlatform {

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private final LvmLockManager lockManager;
    private final LibvirtHypervisor hypervisor;
    private final LibvirtMigrations migrations;
    private final Definitions definitions;
    private final String bootId;

    private LvmPlatform(LvmLockManager lockManager, String libvirt, Definitions definitions, String bootId) {
        this.lockManager = lockManager;
        this.definitions = definitions;
        this.hypervisor = new LibvirtHypervisor(libvirt, Limits.DEFAULT);
        this.migrations = new LibvirtMigrations(libvirt, Limits.DEFAULT);
        this.bootId = bootId;
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
        return bootId;
    }

    @Override
    public void close() {
        hypervisor.close();
        migrations.close();
    }

    /** The platform {@code lvm}, which an agent has unless its configuration names another. */
    public static final class Provider implements HostPlatform.Provider {

        /** Where libvirt is, as {@code virsh --connect} takes it; {@code qemu:///system} when not given. */
        static final String LIBVIRT_URI = "libvirt-uri";

        /** Where libvirt stores the definitions of domains; {@code /etc/libvirt/qemu} when not given. */
        static final String LIBVIRT_DEFINITIONS = "libvirt-definitions";

        @Override
        public String name() {
            return "lvm";
        }

        @Override
        public HostPlatform open(Map<String, String> options) {
            TreeSet<String> unknown = new TreeSet<>(options.keySet());
            unknown.removeAll(List.of(LIBVIRT_URI, LIBVIRT_DEFINITIONS));
            if (!unknown.isEmpty()) {
                throw new IllegalArgumentException("lockstep.platform.options has " + unknown
                        + ", and the platform lvm knows only " + LIBVIRT_URI + " and " + LIBVIRT_DEFINITIONS);
            }
            return new LvmPlatform(
                    LvmLockManager.ofThisHost(SteadyClock.CLOCK),
                    options.getOrDefault(LIBVIRT_URI, LibvirtHypervisor.DEFAULT_URI),
                    new StoredDefinitions(
                            Path.of(options.getOrDefault(LIBVIRT_DEFINITIONS, StoredDefinitions.DEFAULT_DIRECTORY))),
                    bootIdOfThisHost());
        }

        private static String bootIdOfThisHost() {
            try {
                return Files.readString(BOOT_ID).strip();
            } catch (IOException e) {
                throw new UncheckedIOException("the boot id of this host cannot be read", e);
            }
        }
    }
}
