package io.lockstep.simulator.storage;

/** The types of logical volumes that differ in what lvmlockd allows. */
public enum VolumeType {
    LINEAR("linear", true),
    STRIPED("striped", true),
    THIN("thin", false),
    THIN_POOL("thin-pool", false),
    /** The copy-on-write volume of a classic snapshot; it has no lock of its own. */
    SNAPSHOT("snapshot", false),
    EXTERNAL_ORIGIN("external-origin", false),
    RAID("raid1", false),
    MIRROR("mirror", false),
    CACHE("cache", false),
    WRITECACHE("writecache", false),
    VDO("vdo", false);

    private final String words;
    private final boolean shareable;

    VolumeType(String words, boolean shareable) {
        this.words = words;
        this.shareable = shareable;
    }

    /** LVM's own word for it. */
    public String words() {
        return words;
    }

    boolean shareable() {
        return shareable;
    }

    /** Whether the lock that counts is that of the pool or origin. */
    boolean lockedByParent() {
        return this == THIN || this == SNAPSHOT;
    }
}
