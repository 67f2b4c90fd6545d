package io.lockstep.libvirt.nativeapi;

/** Numbers of libvirt's {@code virDomainMigrateFlags}, and names of its parameters. */
public final class Migration {

    /** The guest runs meanwhile. */
    public static final int LIVE = 1;

    /** The source's daemon talks to the target's, and does not need the caller any more. */
    public static final int PEER_TO_PEER = 1 << 1;

    public static final int PERSIST_ON_TARGET = 1 << 3;
    public static final int UNDEFINE_SOURCE = 1 << 4;
    public static final int AUTO_CONVERGE = 1 << 13;

    static final String BANDWIDTH = "bandwidth";

    private Migration() {}
}
