package io.lockstep.simulator.storage;

import io.lockstep.core.volume.LvName;
import io.lockstep.core.volume.LvUuid;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeName;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A logical volume in its group's metadata. Guarded by the cluster's lock. */
public final class LogicalVolume {

    private final VgName vg;
    private final LvUuid uuid;
    private final VolumeType type;
    private final @Nullable LogicalVolume parent;
    private LvName name;
    private boolean activationSkip;
    private boolean autoActivation = true;

    LogicalVolume(VolumeName name, LvUuid uuid, VolumeType type, @Nullable LogicalVolume parent) {
        if (type.lockedByParent() != (parent != null)) {
            throw new IllegalArgumentException(
                    name + " of type " + type.words() + (parent == null ? " needs" : " has no") + " pool or origin");
        }
        this.vg = name.vg();
        this.name = name.lv();
        this.uuid = uuid;
        this.type = type;
        this.parent = parent;
    }

    public Volume volume() {
        return new Volume(new VolumeName(vg, name), uuid);
    }

    public VgName vg() {
        return vg;
    }

    public LvName name() {
        return name;
    }

    public LvUuid uuid() {
        return uuid;
    }

    public VolumeType type() {
        return type;
    }

    /** The pool of a thin volume, the origin of a snapshot. */
    public Optional<LogicalVolume> parent() {
        return Optional.ofNullable(parent);
    }

    /** The volume whose lock protects this one: the pool of a thin volume, the origin of a snapshot, otherwise itself. */
    LogicalVolume lockedVolume() {
        return parent == null ? this : parent;
    }

    void rename(LvName name) {
        this.name = name;
    }

    boolean activationSkip() {
        return activationSkip;
    }

    void activationSkip(boolean activationSkip) {
        this.activationSkip = activationSkip;
    }

    boolean autoActivation() {
        return autoActivation;
    }

    void autoActivation(boolean autoActivation) {
        this.autoActivation = autoActivation;
    }

    @Override
    public String toString() {
        return vg + "/" + name;
    }
}
