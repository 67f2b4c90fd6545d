package io.lockstep.libvirt;

import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HypervisorReading;
import io.lockstep.core.port.DeviceChange;
import io.lockstep.core.port.Hypervisor;
import io.lockstep.libvirt.nativeapi.Connection;
import io.lockstep.libvirt.nativeapi.Domain;
import io.lockstep.libvirt.nativeapi.LibvirtException;
import io.lockstep.libvirt.nativeapi.NativeLibrary;
import java.util.Map;
import java.util.Optional;

/**
 * libvirt of this host, through its C library.
 *
 * <p>Guarantees: no caller waits longer than the limits say. A daemon that is away, hangs or restarts makes it silent, and it is
 * found again by itself. Looks, jobs, pools, changes and events have connections and threads of their own, so that none of them holds up
 * another; a look that hangs keeps one thread, however many follow.
 */
public final class LibvirtHypervisor implements Hypervisor, AutoCloseable {

    public static final String DEFAULT_URI = "qemu:///system";

    /** A domain whose hook runs keeps a change to it waiting; the others' still get through. */
    private static final int CHANGES_AT_ONCE = 4;

    private final Limits limits;
    private final Lane<Connection> looks;
    private final Jobs jobs;
    private final Lane<Connection> pools;
    private final Lane<Connection> changes;
    private final EventWatch events;

    public LibvirtHypervisor() {
        this(DEFAULT_URI, Limits.DEFAULT);
    }

    /**
     * Connects to nothing yet: a daemon that is not running is no error.
     *
     * @param uri libvirt's name for a connection; it finds the socket of libvirtd or virtqemud itself
     * @throws io.lockstep.libvirt.nativeapi.LibvirtMissingException when libvirt's C library is not installed
     */
    public LibvirtHypervisor(String uri, Limits limits) {
        NativeLibrary.require();
        this.limits = limits;
        Link.Kind<Connection> kind = Link.to(uri);
        looks = new Lane<>("libvirt-looks", 1, uri, kind);
        jobs = new Jobs(uri, kind, Jobs.LIMIT);
        pools = new Lane<>("libvirt-pools", 1, uri, kind);
        changes = new Lane<>("libvirt-changes", CHANGES_AT_ONCE, uri, kind);
        events = new EventWatch(uri, kind);
    }

    @Override
    public HypervisorReading read() {
        try {
            return looks.call(
                    Look.LISTING, limits.look(), (connection, progress) -> Look.at(connection, progress, jobs::of));
        } catch (LibvirtException e) {
            return new HypervisorReading.Silent("libvirt does not show its domains: " + e.words());
        } catch (NoAnswerException e) {
            return new HypervisorReading.Silent(e.reason());
        }
    }

    @Override
    public Optional<Map<String, String>> poolTargets() {
        if (pools.overdue()) {
            // A pool hangs. Whoever looks at domains should not wait for it each time.
            return Optional.empty();
        }
        try {
            return Optional.of(
                    Pools.targets(pools.call("listing pools", limits.look(), (c, progress) -> c.activePools())));
        } catch (LibvirtException | NoAnswerException e) {
            return Optional.empty();
        }
    }

    @Override
    public boolean suspend(DomainUuid domain) {
        try {
            return changes.call("suspending " + domain, limits.look(), (connection, progress) -> {
                try (Domain found = connection.domain(domain.toString())) {
                    progress.commit("suspending " + found.name());
                    found.suspend();
                    return true;
                }
            });
        } catch (LibvirtException | NoAnswerException e) {
            return false;
        }
    }

    @Override
    public DeviceChange attachDisk(DomainUuid domain, String diskXml, boolean persistent) {
        return change(
                "attaching a disk to " + domain,
                (connection, progress) -> DeviceChanges.attach(connection, progress, domain, diskXml, persistent));
    }

    @Override
    public DeviceChange detachDisk(DomainUuid domain, String disk, boolean persistent) {
        return change(
                "detaching a disk from " + domain,
                (connection, progress) -> DeviceChanges.detach(connection, progress, domain, disk, persistent));
    }

    private DeviceChange change(String doing, Lane.Work<Connection, DeviceChange> work) {
        try {
            return changes.call(doing, limits.device(), work);
        } catch (LibvirtException e) {
            return new DeviceChange.Refused(e.words());
        } catch (NoAnswerException e) {
            return e.asked() ? new DeviceChange.Unknown(e.reason()) : new DeviceChange.Refused(e.reason());
        }
    }

    /** {@code wake} is also called after each connect, and when the connection for events is lost. */
    @Override
    public void onChange(Runnable wake) {
        events.add(wake);
    }

    /** Who waits gets no answer. Waits a few seconds at most; what hangs in native code ends with the process. */
    @Override
    public void close() {
        events.close();
        looks.close();
        jobs.close();
        pools.close();
        changes.close();
    }
}
