package io.lockstep.simulator.storage;

import io.lockstep.core.volume.VgName;
import java.util.List;

/** What stands between a command and the locks of a volume group. */
enum Access {
    OPEN,
    LVMLOCKD_DEAD,
    NOT_STARTED,
    STARTING,
    REMOVING,
    SANLOCK_DEAD,
    STORAGE_FAILED;

    /** What LVM prints first; then it says what it does without the lock. */
    List<String> complaint(VgName vg) {
        return switch (this) {
            case OPEN, NOT_STARTED, REMOVING -> List.of();
            case LVMLOCKD_DEAD -> List.of("WARNING: lvmlockd process is not running.");
            case STARTING -> List.of("VG " + vg + " lock skipped: lock start in progress");
            case SANLOCK_DEAD -> List.of("VG " + vg + " lock skipped: lock manager error.");
            case STORAGE_FAILED -> List.of("VG " + vg + " lock skipped: storage failed for sanlock leases");
        };
    }

    /** For a person. */
    String words() {
        return switch (this) {
            case OPEN -> "live";
            case LVMLOCKD_DEAD -> "lvmlockd is not running";
            case NOT_STARTED -> "lockspace not started (vgchange --lock-start)";
            case STARTING -> "lock start in progress";
            case REMOVING -> "the lockspace is being removed (REM:), orphan leases are left in sanlock";
            case SANLOCK_DEAD -> "sanlock does not answer: lock manager error";
            case STORAGE_FAILED -> "storage failed for sanlock leases";
        };
    }
}
