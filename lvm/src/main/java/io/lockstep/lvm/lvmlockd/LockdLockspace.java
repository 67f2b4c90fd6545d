package io.lockstep.lvm.lvmlockd;

import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LvUuid;
import io.lockstep.lvm.command.UnreadableOutputException;
import java.util.Map;

/**
 * A lockspace as lvmlockd sees it.
 *
 * @param name {@code lvm_VG}, after {@code REM:} when it is given up
 * @param type sanlock, dlm or idm
 * @param hostId 0 where the lock manager has none
 * @param generation -1 where lvmlockd does not tell (before 2.03.32)
 * @param killed sanlock has lost the storage of the leases
 * @param locks the LV locks that this host holds; nothing in mode UNLOCKED
 */
public record LockdLockspace(
        String name,
        String vgName,
        String vgUuid,
        String type,
        int hostId,
        long generation,
        boolean started,
        boolean startFailed,
        boolean stopping,
        boolean killed,
        boolean dropped,
        Map<LvUuid, LockMode> locks) {

    private static final String REMOVED = "REM:";

    public LockdLockspace {
        locks = Map.copyOf(locks);
    }

    public boolean removed() {
        return name.startsWith(REMOVED);
    }

    public boolean sanlock() {
        return type.equals("sanlock");
    }

    public LockMode lock(LvUuid volume) {
        return locks.getOrDefault(volume, LockMode.UNLOCKED);
    }

    static LockdLockspace of(Map<String, String> fields, Map<LvUuid, LockMode> locks) throws UnreadableOutputException {
        String vg = fields.get("vg_name");
        String type = fields.get("lm_type");
        if (vg == null || type == null) {
            throw new UnreadableOutputException("a lockspace without vg_name or lm_type");
        }
        locks.values().removeIf(m -> m == LockMode.UNLOCKED);
        return new LockdLockspace(
                fields.getOrDefault("ls_name", ""),
                vg,
                fields.getOrDefault("vg_uuid", ""),
                type,
                (int) number(fields, "host_id", 0),
                number(fields, "generation", -1),
                flag(fields, "create_done"),
                flag(fields, "create_fail"),
                flag(fields, "thread_stop"),
                // Without this word nothing tells whether the locks count.
                !"0".equals(fields.get("kill_vg")),
                flag(fields, "drop_vg"),
                locks);
    }

    private static boolean flag(Map<String, String> fields, String name) {
        return number(fields, name, 0) != 0;
    }

    private static long number(Map<String, String> fields, String name, long otherwise) {
        try {
            return Long.parseLong(fields.getOrDefault(name, Long.toString(otherwise)));
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }
}
