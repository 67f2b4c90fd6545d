package io.lockstep.lvm.devicemapper;

import io.lockstep.core.volume.LvUuid;
import io.lockstep.core.volume.VolumeName;
import io.lockstep.core.volume.VolumePath;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An active device.
 *
 * @param name with the dashes inside the parts doubled: {@code vg--x-lv--y}
 * @param uuid {@code LVM-}, the group's UUID and the volume's; more for a layer inside a volume
 * @param open whether a process or another device has it open; true also where that cannot be told
 */
public record DmDevice(String name, String uuid, boolean open) {

    private static final Pattern LVM = Pattern.compile("LVM-([0-9A-Za-z]{32})([0-9A-Za-z]{32})(-.*)?");

    /** The volume that this device is; empty for a layer such as {@code -tpool} or {@code -real}, and for what is not LVM's. */
    public Optional<LvUuid> volume() {
        return layer() ? Optional.empty() : partOf();
    }

    /** The volume that this device is, or is a layer of: an active thin pool may consist of nothing but its layer. */
    public Optional<LvUuid> partOf() {
        Matcher matcher = LVM.matcher(uuid);
        return matcher.matches() ? Optional.of(LvUuid.ofPlain(matcher.group(2))) : Optional.empty();
    }

    private boolean layer() {
        Matcher matcher = LVM.matcher(uuid);
        return matcher.matches() && matcher.group(3) != null;
    }

    /** The UUID of its volume group, without dashes. */
    public Optional<String> group() {
        Matcher matcher = LVM.matcher(uuid);
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    public Optional<VolumeName> volumeName() {
        return VolumePath.of("/dev/mapper/" + name) instanceof VolumePath.Named named
                ? Optional.of(named.name())
                : Optional.empty();
    }

    /** How device-mapper spells a volume's name. */
    public static String spelling(VolumeName volume) {
        return doubled(volume.vg().value()) + "-" + doubled(volume.lv().value());
    }

    private static String doubled(String name) {
        return name.replace("-", "--");
    }
}
