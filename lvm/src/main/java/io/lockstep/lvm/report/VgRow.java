package io.lockstep.lvm.report;

import io.lockstep.core.volume.VgName;

/**
 * A volume group.
 *
 * @param lockType empty or {@code none} when it is not shared
 */
public record VgRow(VgName name, String uuid, String lockType) {

    public boolean shared() {
        return LockTypes.shared(lockType);
    }
}
