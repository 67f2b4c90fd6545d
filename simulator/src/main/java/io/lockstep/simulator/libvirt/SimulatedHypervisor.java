package io.lockstep.simulator.libvirt;

import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HypervisorReading;
import io.lockstep.core.port.DeviceChange;
import io.lockstep.core.port.Hypervisor;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** One host's libvirt as an agent sees it. In virtual time a locked domain makes it silent at once instead of after its limit. */
public final class SimulatedHypervisor implements Hypervisor {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Libvirtd libvirtd;

    public SimulatedHypervisor(Libvirtd libvirtd) {
        this.libvirtd = libvirtd;
    }

    @Override
    public HypervisorReading read() {
        return libvirtd.read(LIMIT);
    }

    @Override
    public Optional<Map<String, String>> poolTargets() {
        return Optional.of(libvirtd.poolTargets());
    }

    @Override
    public boolean suspend(DomainUuid domain) {
        return name(domain).map(name -> libvirtd.virsh().suspend(name).ok()).orElse(false);
    }

    private Optional<String> name(DomainUuid domain) {
        return libvirtd.domain(domain).map(d -> d.name);
    }

    @Override
    public DeviceChange attachDisk(DomainUuid domain, String diskXml, boolean persistent) {
        return change(domain, "remoteDispatchDomainAttachDeviceFlags", d -> {
            libvirtd.guests().attach(d, diskXml, persistent);
            return true;
        });
    }

    @Override
    public DeviceChange detachDisk(DomainUuid domain, String disk, boolean persistent) {
        return change(domain, "remoteDispatchDomainDetachDeviceFlags", d -> {
            String target = disk.stripLeading().startsWith("<")
                    ? GuestXml.disksOf(disk, libvirtd::path).getFirst().target()
                    : disk;
            return libvirtd.guests().detach(d, target, persistent);
        });
    }

    /** Tells whether the guest has done its part. */
    private interface Change {
        boolean of(Domain domain) throws LibvirtException;
    }

    private DeviceChange change(DomainUuid domain, String operation, Change change) {
        Optional<String> name = name(domain);
        if (name.isEmpty()) {
            return new DeviceChange.Refused("Domain not found: no domain with matching uuid '" + domain + "'");
        }
        AtomicBoolean done = new AtomicBoolean();
        try {
            libvirtd.call(name.get(), operation, (d, life) -> {
                if (!d.active()) {
                    throw new LibvirtException("Requested operation is not valid: domain is not running");
                }
                done.set(change.of(d));
            });
        } catch (LibvirtException.Gone e) {
            return new DeviceChange.Unknown(e.words());
        } catch (LibvirtException e) {
            return new DeviceChange.Refused(e.words());
        }
        return done.get() ? new DeviceChange.Done() : new DeviceChange.Requested();
    }

    @Override
    public void onChange(Runnable wake) {
        libvirtd.onChange(wake);
    }
}
