package io.lockstep.lvm.devicemapper;

import io.lockstep.core.volume.LvUuid;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.VolumeName;
import io.lockstep.lvm.command.Command;
import io.lockstep.lvm.command.UnreadableOutputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The active devices of this host at one moment. */
public record DmTable(List<DmDevice> devices) {

    /** All devices with their open counts, which sysfs does not show. */
    public static final Command COMMAND = Command.of("dmsetup", "info", "-c", "--noheadings", "-o", "uuid,name,open");

    public DmTable {
        devices = List.copyOf(devices);
    }

    /** The volume's device; where there is none, that of a layer of it. */
    public Optional<DmDevice> of(LvUuid volume) {
        return devices.stream()
                .filter(d -> d.volume().filter(volume::equals).isPresent())
                .findFirst()
                .or(() -> devices.stream()
                        .filter(d -> d.partOf().filter(volume::equals).isPresent())
                        .findFirst());
    }

    public boolean active(LvUuid volume) {
        return of(volume).isPresent();
    }

    /** The volume that has this name here, when it is active. */
    public Optional<LvUuid> named(VolumeName name) {
        String spelling = DmDevice.spelling(name);
        return devices.stream()
                .filter(d -> d.name().equals(spelling))
                .findFirst()
                .flatMap(DmDevice::volume);
    }

    /** The devices of a group's volumes: by its UUID, which a rename leaves alone, or by its name where that is not known. */
    public List<DmDevice> group(VgName vg, Optional<String> vgUuid) {
        Optional<String> plain = vgUuid.map(u -> u.replace("-", "")).filter(u -> !u.isEmpty());
        return devices.stream()
                .filter(d -> d.partOf().isPresent())
                .filter(d -> plain.isPresent()
                        ? d.group().equals(plain)
                        : d.volumeName().filter(n -> n.vg().equals(vg)).isPresent())
                .toList();
    }

    public static DmTable parse(String out) throws UnreadableOutputException {
        List<DmDevice> devices = new ArrayList<>();
        for (String line :
                out.lines().map(String::strip).filter(l -> !l.isEmpty()).toList()) {
            if (line.equals("No devices found")) {
                continue;
            }
            int first = line.indexOf(':');
            int last = line.lastIndexOf(':');
            if (first < 0 || first == last) {
                throw new UnreadableOutputException("not a device: " + line);
            }
            devices.add(new DmDevice(
                    line.substring(first + 1, last),
                    line.substring(0, first),
                    !line.substring(last + 1).equals("0")));
        }
        return new DmTable(devices);
    }
}
