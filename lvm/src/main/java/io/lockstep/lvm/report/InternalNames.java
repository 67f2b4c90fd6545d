package io.lockstep.lvm.report;

import java.util.List;

/**
 * The names that LVM keeps for the parts of a volume. A volume that a person made can have one only when an older LVM, which did not
 * keep it yet, allowed it: so a name proves nothing where the metadata is known.
 */
public final class InternalNames {

    /** The lease area of a sanlock group. */
    public static final String LEASE_AREA = "lvmlock";

    private static final List<String> PARTS = List.of(
            "_cdata",
            "_cmeta",
            "_corig",
            "_cpool",
            "_cvol",
            "_wcorig",
            "_mimage",
            "_mlog",
            "_rimage",
            "_rmeta",
            "_tdata",
            "_tmeta",
            "_vdata",
            "_vorigin",
            "_imeta",
            "_iorig",
            "_pmspare");

    private InternalNames() {}

    public static boolean internal(String lvName) {
        return lvName.equals(LEASE_AREA)
                || lvName.startsWith("pvmove")
                || PARTS.stream().anyMatch(lvName::contains);
    }
}
