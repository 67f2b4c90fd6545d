package io.lockstep.simulator.libvirt;

import io.lockstep.core.domain.DomainJob;
import io.lockstep.core.domain.DomainState;
import io.lockstep.simulator.libvirt.LibvirtException.Gone;
import io.lockstep.simulator.storage.HostStorage;
import io.lockstep.simulator.storage.LogicalVolume;
import io.lockstep.simulator.time.ClusterLock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The qemu processes of one host: how they are started and ended, and what they open. */
final class Guests {

    private static final Duration QEMU_STARTS = Duration.ofSeconds(3);

    /** Before the target of what a disk is copied to. */
    private static final String MIRROR = "mirror of ";

    private final Libvirtd libvirtd;
    private final Hooks hooks;
    private final ClusterLock cluster;
    private final HostStorage storage;
    private int lastId;
    private int qemus;

    Guests(Libvirtd libvirtd, Hooks hooks, ClusterLock cluster, HostStorage storage) {
        this.libvirtd = libvirtd;
        this.hooks = hooks;
        this.cluster = cluster;
        this.storage = storage;
    }

    /** From {@code prepare} to {@code started}; when anything fails, {@code stopped} and {@code release} follow. */
    void launch(Domain domain, GuestXml xml, DomainState then, int life) throws LibvirtException {
        cluster.change(() -> {
            domain.live = xml.withId(++lastId);
            domain.state = DomainState.paused("starting up");
        });
        libvirtd.changed();
        try {
            Hooks.requireAllowed(hooks.call(domain, "prepare", "begin", "-", life), domain.name, "prepare");
            requireDevices(xml);
            Hooks.requireAllowed(hooks.call(domain, "start", "begin", "-", life), domain.name, "start");
            exec(domain, xml, life);
            cluster.pass(QEMU_STARTS);
            requireQemu(domain, life);
            Hooks.requireAllowed(hooks.call(domain, "started", "begin", "-", life), domain.name, "started");
            requireQemu(domain, life);
            cluster.change(() -> domain.state = then);
            libvirtd.changed();
        } catch (Gone e) {
            throw e;
        } catch (LibvirtException e) {
            stop(domain, "failed", life);
            throw e;
        }
    }

    /** libvirt looks at the files before it executes qemu, the last disk first. */
    private void requireDevices(GuestXml xml) throws LibvirtException {
        for (Disk disk : cluster.look(() -> xml.disks(libvirtd::path)).reversed()) {
            if (!storage.exists(disk.source())) {
                throw new LibvirtException(
                        "Cannot access storage file '" + disk.source() + "': No such file or directory");
            }
        }
    }

    private void exec(Domain domain, GuestXml xml, int life) throws LibvirtException {
        List<Disk> disks = cluster.look(() -> xml.disks(libvirtd::path));
        Optional<String> missing = cluster.changing(() -> {
            if (libvirtd.life() != life) {
                return Optional.empty();
            }
            Qemu qemu = new Qemu("qemu " + domain.name + " " + ++qemus);
            domain.qemu = qemu;
            for (Disk disk : disks) {
                if (!open(qemu, disk)) {
                    return Optional.of(disk.source());
                }
            }
            return Optional.<String>empty();
        });
        if (missing.isPresent()) {
            throw new LibvirtException("internal error: process exited while connecting to monitor: Could not open '"
                    + missing.get() + "': No such file or directory");
        }
    }

    private boolean open(Qemu qemu, Disk disk) {
        if (!storage.exists(disk.source())) {
            return false;
        }
        qemu.disks()
                .add(new Qemu.OpenDisk(
                        disk, storage.open(disk.source(), qemu.opener()).map(LogicalVolume::volume)));
        return true;
    }

    private void requireQemu(Domain domain, int life) throws LibvirtException {
        libvirtd.requireLife(life);
        if (cluster.look(() -> domain.qemu == null)) {
            throw new LibvirtException(
                    "internal error: QEMU unexpectedly closed the monitor (vm='" + domain.name + "')");
        }
    }

    /** Ends a domain: qemu dies first, then {@code stopped}, then {@code release}, whose answers nobody minds. */
    void stop(Domain domain, String reason, int life) throws Gone {
        libvirtd.requireLife(life);
        cluster.change(() -> kill(domain));
        hooks.call(domain, "stopped", "end", "-", life);
        hooks.call(domain, "release", "end", reason, life);
        cluster.change(() -> {
            domain.state = DomainState.shutOff(reason);
            domain.job = DomainJob.NONE;
            domain.outgoing = Domain.Outgoing.NONE;
            domain.incoming = false;
            domain.live = "";
            if (domain.persistent == null) {
                libvirtd.forget(domain);
            }
        });
        libvirtd.changed();
    }

    void kill(Domain domain) {
        @Nullable Qemu qemu = domain.qemu;
        if (qemu != null) {
            storage.close(qemu.opener());
            domain.qemu = null;
        }
        domain.unplugging.clear();
        domain.live = GuestXml.withoutId(domain.live);
    }

    /** @param element a {@code <disk>} */
    void attach(Domain domain, String element, boolean persistent) throws LibvirtException {
        @Nullable Qemu qemu = domain.qemu;
        if (qemu == null) {
            throw new LibvirtException("Requested operation is not valid: domain is not running");
        }
        GuestXml xml = GuestXml.parse(domain.live);
        GuestXml config = GuestXml.parse(config(domain, persistent));
        List<Disk> disks = GuestXml.disksOf(element, libvirtd::path);
        String target = disks.getFirst().target();
        if (xml.withoutDisk(target).isPresent()) {
            throw new LibvirtException("Requested operation is not valid: target " + target + " already exists");
        }
        for (Disk disk : disks) {
            if (!storage.exists(disk.source())) {
                throw new LibvirtException(
                        "Cannot access storage file '" + disk.source() + "': No such file or directory");
            }
        }
        cluster.change(() -> {
            disks.forEach(d -> open(qemu, d));
            domain.live = xml.withDisk(element);
            if (persistent) {
                domain.persistent = config.withDisk(element);
            }
        });
    }
    /** The XML that a persistent change is made to; that of any other is not looked at. */
    private static String config(Domain domain, boolean persistent) throws LibvirtException {
        @Nullable String config = domain.persistent;
        if (persistent && config == null) {
            throw new LibvirtException(
                    "Requested operation is not valid: transient domains do not have any persistent config");
        }
        return config == null || !persistent ? domain.live : config;
    }

    /**
     * Asks the guest to let go of a disk.
     *
     * @return whether it has
     */
    boolean detach(Domain domain, String target, boolean persistent) throws LibvirtException {
        if (GuestXml.parse(domain.live).withoutDisk(target).isEmpty()) {
            throw new LibvirtException("No disk found whose source path or target is " + target);
        }
        String config =
                GuestXml.parse(config(domain, persistent)).withoutDisk(target).orElse("");
        if (domain.unplugging.contains(target)) {
            throw new LibvirtException("internal error: unable to execute QEMU command 'device_del': Device " + target
                    + " is already in the process of unplug");
        }
        cluster.change(() -> {
            if (persistent && !config.isEmpty()) {
                domain.persistent = config;
            }
            domain.unplugging.add(target);
        });
        if (domain.keepsDisks) {
            return false;
        }
        letGo(domain);
        return true;
    }

    /** The guest lets go of what it was asked for. */
    void letGo(Domain domain) throws LibvirtException {
        for (String target : List.copyOf(domain.unplugging)) {
            String without = GuestXml.parse(domain.live).withoutDisk(target).orElse(domain.live);
            cluster.change(() -> {
                domain.live = without;
                domain.unplugging.remove(target);
                reopen(domain, d -> !d.target().equals(target));
            });
        }
    }

    /** qemu closes what is not kept. */
    private void reopen(Domain domain, Predicate<Disk> kept) {
        @Nullable Qemu qemu = domain.qemu;
        if (qemu != null) {
            qemu.disks().removeIf(d -> !kept.test(d.disk()));
            storage.close(qemu.opener());
            qemu.disks().forEach(d -> storage.open(d.disk().source(), qemu.opener()));
        }
    }

    /** A copy begins: qemu writes both. Its end comes with {@link #blockJobEnd}. */
    void blockCopy(Domain domain, String target, String destination) throws LibvirtException {
        @Nullable Qemu qemu = domain.qemu;
        String with = GuestXml.parse(domain.live)
                .withMirror(target, destination)
                .orElseThrow(() -> new LibvirtException("invalid argument: disk '" + target + "' not found in domain"));
        boolean opened = qemu != null
                && cluster.changing(() -> {
                    boolean there = open(qemu, new Disk(destination, MIRROR + target, false, false));
                    domain.live = there ? with : domain.live;
                    return there;
                });
        if (!opened) {
            throw new LibvirtException("Cannot access storage file '" + destination + "': No such file or directory");
        }
    }

    /** The copy ends; the guest goes on with it when it pivots, and with what it had otherwise. */
    void blockJobEnd(Domain domain, String target, boolean pivot) throws LibvirtException {
        String without = GuestXml.parse(domain.live)
                .withoutMirror(target, pivot)
                .orElseThrow(() -> new LibvirtException("invalid argument: disk '" + target + "' not found in domain"));
        cluster.change(() -> {
            domain.live = without;
            reopen(domain, d -> !d.target().equals(pivot ? target : MIRROR + target));
        });
    }
}
