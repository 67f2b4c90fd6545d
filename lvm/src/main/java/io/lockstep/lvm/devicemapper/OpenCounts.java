package io.lockstep.lvm.devicemapper;

import java.io.IOException;

/** Whether devices are open, which sysfs does not show. */
public interface OpenCounts {

    /** For where device-mapper can only be asked by its command. */
    OpenCounts NOT_HERE = devices -> {
        throw new IOException("device-mapper is not asked directly here");
    };

    /**
     * The same devices, with whether those of LVM are open; one that has gone meanwhile is left out.
     *
     * @throws IOException when that cannot be told
     */
    DmTable of(DmTable devices) throws IOException;
}
