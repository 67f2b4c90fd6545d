package io.lockstep.lvm.report;

import java.util.Set;

/** LVM's own rule for what makes a volume group shared. */
public final class LockTypes {

    private static final Set<String> SHARED = Set.of("sanlock", "dlm", "idm");

    private LockTypes() {}

    public static boolean shared(String lockType) {
        return SHARED.contains(lockType);
    }
}
