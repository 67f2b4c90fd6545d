package io.lockstep.libvirt.nativeapi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A domain of a connection, for the connection's thread. Its name and UUID are known without asking. */
public final class Domain implements AutoCloseable {

    /** {@code VIR_DOMAIN_AFFECT_LIVE} and {@code VIR_DOMAIN_AFFECT_CONFIG}. */
    private static final int LIVE = 1;

    private static final int CONFIG = 2;

    /** {@code VIR_UUID_STRING_BUFLEN}. */
    private static final int UUID_BUFFER = 37;

    private final MemorySegment pointer;

    /** Numbers of {@code virDomainState} and of the reasons that belong to it. */
    public record State(int state, int reason) {}

    /**
     * Numbers of {@code virDomainJobType} and {@code virDomainJobOperation}.
     *
     * @param operation 0 when libvirt does not say
     */
    public record Job(int type, int operation) {}

    /** Of memory and disks together, in bytes. */
    public record Copied(long total, long processed, long remaining) {}

    Domain(MemorySegment pointer) {
        this.pointer = pointer;
    }

    public String name() {
        return Libvirt.string(Libvirt.virDomainGetName(pointer));
    }

    public String uuid() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(UUID_BUFFER);
            Libvirt.virDomainGetUUIDString(pointer, buffer);
            return buffer.getString(0);
        }
    }

    public State state() throws LibvirtException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(JAVA_INT);
            MemorySegment reason = arena.allocate(JAVA_INT);
            Libvirt.checked(Libvirt.virDomainGetState(pointer, state, reason));
            return new State(state.get(JAVA_INT, 0), reason.get(JAVA_INT, 0));
        }
    }

    public Job job() throws LibvirtException {
        return job((type, parameters) -> new Job(type, parameters.number("operation")));
    }

    /** The progress of its job; all zero when there is none. */
    public Copied copied() throws LibvirtException {
        return job((type, parameters) -> new Copied(
                parameters.bytes("data_total"),
                parameters.bytes("data_processed"),
                parameters.bytes("data_remaining")));
    }

    private interface JobReader<T> {
        T of(int type, Parameters parameters);
    }

    private <T> T job(JobReader<T> reader) throws LibvirtException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment type = arena.allocate(JAVA_INT);
            MemorySegment parameters = arena.allocate(ADDRESS);
            MemorySegment count = arena.allocate(JAVA_INT);
            Libvirt.checked(Libvirt.virDomainGetJobStats(pointer, type, parameters, count));
            try (Parameters read = new Parameters(arena, parameters.get(ADDRESS, 0), count.get(JAVA_INT, 0))) {
                return reader.of(type.get(JAVA_INT, 0), read);
            }
        }
    }

    /** Whether its definition outlasts it. */
    public boolean persistent() throws LibvirtException {
        return Libvirt.checked(Libvirt.virDomainIsPersistent(pointer)) == 1;
    }

    /**
     * Migrates, and returns when that has ended.
     *
     * @param flags of {@link Migration}
     * @param bandwidth in MiB/s; 0 is libvirt's own limit
     */
    public void migrate(String uri, int flags, long bandwidth) throws LibvirtException {
        try (Arena arena = Arena.ofConfined();
                Parameters parameters = new Parameters(arena)) {
            if (bandwidth > 0) {
                parameters.add(Migration.BANDWIDTH, bandwidth);
            }
            Libvirt.checked(Libvirt.virDomainMigrateToURI3(
                    pointer, Libvirt.cString(arena, uri), parameters.list(), parameters.count(), flags));
        }
    }

    /** Has its job cancelled; that has not ended when this returns. */
    public void abortJob() throws LibvirtException {
        Libvirt.checked(Libvirt.virDomainAbortJob(pointer));
    }

    /** The live XML of an active domain, the inactive one of another; without secrets. */
    public String xml() throws LibvirtException {
        return Libvirt.takeString(Libvirt.checked(Libvirt.virDomainGetXMLDesc(pointer)));
    }

    public void suspend() throws LibvirtException {
        Libvirt.checked(Libvirt.virDomainSuspend(pointer));
    }

    /** @param persistent whether to change the domain's definition, too */
    public void attach(String xml, boolean persistent) throws LibvirtException {
        try (Arena arena = Arena.ofConfined()) {
            Libvirt.checked(
                    Libvirt.virDomainAttachDeviceFlags(pointer, Libvirt.cString(arena, xml), flags(persistent)));
        }
    }

    /** Returning says only that the guest was asked to let go. */
    public void detach(String xml, boolean persistent) throws LibvirtException {
        try (Arena arena = Arena.ofConfined()) {
            Libvirt.checked(
                    Libvirt.virDomainDetachDeviceFlags(pointer, Libvirt.cString(arena, xml), flags(persistent)));
        }
    }

    private static int flags(boolean persistent) {
        return persistent ? LIVE | CONFIG : LIVE;
    }

    @Override
    public void close() {
        Libvirt.virDomainFree(pointer);
    }
}
