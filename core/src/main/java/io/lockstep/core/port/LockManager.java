package io.lockstep.core.port;

import io.lockstep.core.volume.Lease;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.PeerState;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.VgReading;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeInfo;
import io.lockstep.core.volume.VolumeReading;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.Collectors;

/**
 * The lock manager of one host: LVM with lvmlockd and sanlock or dlm, or a simulation of it.
 *
 * <p>Every call ends within a bounded time, also when the lock manager hangs. {@link #change} of one volume group is called
 * by one thread at a time; looking, and other volume groups, may overlap with it.
 */
public interface LockManager {

    /** The volume groups on this host that are shared. Any other one is not ours, and its locks mean nothing. */
    Set<VgName> volumeGroups() throws LockManagerException;

    /** Every volume of the group, from its metadata. This may take the VG lock, so it is asked rarely. */
    List<VolumeInfo> volumes(VgName vg) throws LockManagerException;

    /** What is locked, active and open here. Takes neither the VG lock nor the global one. Never throws: no answer is Unknown. */
    VgReading read(VgName vg);

    /**
     * Brings volumes of one group to one mode with one command, and reads back what became of each: they succeed or fail one by
     * one. SHARED to EXCLUSIVE and back are converted in place, also while a guest has the volume open. A shared request that
     * another host excludes, and the release of an open volume, take about five seconds to be refused.
     *
     * @return a result for every volume asked for
     */
    Map<Volume, LockResult> change(VgName vg, SortedSet<Volume> volumes, LockMode mode);

    /**
     * Waits a little for volumes to be closed whose user has just gone: others, as udev, may look at them for a moment.
     *
     * @return those that are closed now; the others are open, or nobody can tell
     */
    default Set<Volume> closed(VgName vg, Set<Volume> volumes) {
        Map<Volume, VolumeReading> seen = read(vg).byVolume();
        return volumes.stream()
                .filter(v -> seen.containsKey(v) && !seen.get(v).open())
                .collect(Collectors.toSet());
    }

    /** Who holds these volumes in the whole cluster, from the lease area on the shared disk; Unknown where it cannot tell. */
    Map<Volume, Lease> leases(VgName vg, Set<Volume> volumes);

    /** The hosts of the group's lockspace, this one included; empty when it cannot tell. */
    List<PeerState> peers(VgName vg);

    /** The device nodes of this host. */
    Devices devices();
}
