package io.lockstep.lvm.report;

import io.lockstep.core.volume.LvUuid;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeInfo;
import io.lockstep.core.volume.VolumeName;
import java.util.List;
import java.util.Optional;

/**
 * A visible logical volume in its group's metadata.
 *
 * @param vgUuid in LVM's dashed form
 * @param lockType of the group: sanlock, dlm, idm; empty when the group is not shared
 * @param leaseOffset where its lease is in the group's lease area; empty for one that has no lock of its own, and without sanlock
 * @param pool of a thin or VDO volume
 * @param origin of a snapshot
 */
public record LvRow(
        VolumeName name,
        LvUuid uuid,
        String vgUuid,
        String lockType,
        List<String> layout,
        List<String> roles,
        Optional<Long> leaseOffset,
        Optional<LvUuid> pool,
        Optional<LvUuid> origin) {

    public LvRow {
        layout = List.copyOf(layout);
        roles = List.copyOf(roles);
    }

    public Volume volume() {
        return new Volume(name, uuid);
    }

    /**
     * The volume whose lock protects this one: the pool of a thin or VDO volume, the origin of a classic snapshot, otherwise
     * itself. All thin volumes of a pool therefore live on one host.
     */
    public LvUuid locked() {
        if (!layout.contains("pool") && (layout.contains("thin") || layout.contains("vdo"))) {
            return pool.orElse(uuid);
        }
        return snapshot() ? origin.orElse(uuid) : uuid;
    }

    public boolean lockedByAnother() {
        return !locked().equals(uuid);
    }

    /** As in LVM's own rule (lockd_lv): linear and striped, unless a snapshot or an external origin is involved. */
    public boolean shareable() {
        return !layout.isEmpty()
                && layout.stream().allMatch(l -> l.equals("linear") || l.equals("striped"))
                && roles.stream().noneMatch(r -> r.contains("origin") || r.contains("snapshot"));
    }

    /** In LVM's words. */
    public String type() {
        if (snapshot()) {
            return "snapshot";
        }
        if (roles.contains("thickorigin")) {
            return "snapshot origin";
        }
        if (roles.contains("externalorigin")) {
            return "external-origin";
        }
        if (layout.isEmpty()) {
            return "unknown";
        }
        if (layout.contains("pool")) {
            return layout.getFirst() + "-pool";
        }
        return layout.getFirst().equals("raid") && layout.size() > 1 ? layout.get(1) : layout.getFirst();
    }

    public VolumeInfo info() {
        return new VolumeInfo(volume(), shareable(), type());
    }

    private boolean snapshot() {
        return roles.contains("thicksnapshot");
    }
}
