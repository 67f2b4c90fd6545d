package io.lockstep.libvirt;

import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.port.DeviceChange;
import io.lockstep.core.xml.XmlRefusedException;
import io.lockstep.libvirt.nativeapi.Connection;
import io.lockstep.libvirt.nativeapi.Domain;
import io.lockstep.libvirt.nativeapi.LibvirtException;

/** Plugs disks in and out of running domains, on a lane's thread. */
final class DeviceChanges {

    private DeviceChanges() {}

    static DeviceChange attach(
            Connection connection, Lane.Progress progress, DomainUuid uuid, String diskXml, boolean persistent)
            throws LibvirtException, GivenUpException {
        try {
            String target = Disks.target(diskXml);
            try (Domain domain = connection.domain(uuid.toString())) {
                progress.commit("attaching disk " + target + " to " + domain.name());
                domain.attach(diskXml, persistent);
                return new DeviceChange.Done();
            }
        } catch (XmlRefusedException e) {
            return new DeviceChange.Refused("the disk's XML cannot be used: " + e.getMessage());
        }
    }

    static DeviceChange detach(
            Connection connection, Lane.Progress progress, DomainUuid uuid, String disk, boolean persistent)
            throws LibvirtException, GivenUpException {
        try (Domain domain = connection.domain(uuid.toString())) {
            progress.step("reading domain " + domain.name());
            boolean xml = disk.stripLeading().startsWith("<");
            String target = xml ? Disks.target(disk) : disk;
            var listed = Disks.withTarget(domain.xml(), target);
            if (listed.isEmpty()) {
                return new DeviceChange.Refused(domain.name() + " has no disk " + target);
            }
            progress.commit("detaching disk " + target + " from " + domain.name());
            domain.detach(xml ? disk : listed.get(), persistent);
            return afterDetach(domain, target);
        } catch (XmlRefusedException e) {
            return new DeviceChange.Refused("the XML cannot be used: " + e.getMessage());
        }
    }

    /** libvirt says yes also when the guest has not let go in the few seconds for which it waits. */
    private static DeviceChange afterDetach(Domain domain, String target) {
        try {
            return Disks.withTarget(domain.xml(), target).isPresent()
                    ? new DeviceChange.Requested()
                    : new DeviceChange.Done();
        } catch (LibvirtException e) {
            return e.noDomain() ? new DeviceChange.Done() : new DeviceChange.Unknown(unread(e.words()));
        } catch (XmlRefusedException e) {
            return new DeviceChange.Unknown(unread(String.valueOf(e.getMessage())));
        }
    }

    private static String unread(String why) {
        return "libvirt accepted it, but the domain could not be read afterwards: " + why;
    }
}
