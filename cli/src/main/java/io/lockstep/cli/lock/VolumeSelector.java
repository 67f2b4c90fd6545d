package io.lockstep.cli.lock;

import io.lockstep.core.volume.LvName;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.VolumeName;
import io.lockstep.proto.v1.Volume;
import java.util.Optional;

/** A volume group, or one volume of it. */
public record VolumeSelector(VgName vg, Optional<LvName> lv) {

    /** @throws IllegalArgumentException when the text is neither {@code VG} nor {@code VG/LV} */
    public static VolumeSelector of(String text) {
        if (text.indexOf('/') < 0) {
            return new VolumeSelector(new VgName(text), Optional.empty());
        }
        VolumeName name = VolumeName.of(text);
        return new VolumeSelector(name.vg(), Optional.of(name.lv()));
    }

    boolean selects(Volume volume) {
        return volume.getVg().equals(vg.value())
                && (lv.isEmpty() || lv.get().value().equals(volume.getLv()));
    }
}
