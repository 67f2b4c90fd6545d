package io.lockstep.lvm.sanlock;

/**
 * A lockspace of this host.
 *
 * @param member false while it is being joined or left
 * @param ioTimeout in seconds; a host whose renewals fail for 8 of them is about to lose its leases
 * @param alignSize bytes of one lease on the disk
 * @param dead {@code space_dead}: given up
 * @param acquired when the host_id was acquired, on sanlock's clock; 0 when it was not yet
 * @param renewed the last successful renewal, on sanlock's clock
 */
public record SanlockSpace(
        String name,
        int hostId,
        String path,
        boolean member,
        long generation,
        long ioTimeout,
        long alignSize,
        boolean dead,
        boolean killing,
        long acquired,
        long renewed) {

    /** After so many seconds without a renewal it counts no more, and sanlock begins to kill. */
    public long renewalLimit() {
        return 8 * ioTimeout;
    }

    /** The last proof that the lease storage answered. */
    public long lastProof() {
        return Math.max(acquired, renewed);
    }
}
