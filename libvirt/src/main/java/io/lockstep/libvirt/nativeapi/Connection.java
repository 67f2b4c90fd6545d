package io.lockstep.libvirt.nativeapi;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * One connection to a libvirt daemon. For one thread: libvirt would allow more, but then none could close it.
 *
 * <p>A daemon that does not answer keepalive messages for about {@link #KEEP_ALIVE_SECONDS} × {@link #KEEP_ALIVE_COUNT} seconds
 * ends the connection, and with it every call that waits. Opening has no such limit.
 */
public final class Connection implements AutoCloseable {

    static final int KEEP_ALIVE_SECONDS = 5;
    static final int KEEP_ALIVE_COUNT = 3;

    /** {@code VIR_CONNECT_LIST_DOMAINS_ACTIVE} and {@code VIR_CONNECT_LIST_STORAGE_POOLS_ACTIVE}. */
    private static final int ACTIVE_DOMAINS = 1;

    private static final int ACTIVE_POOLS = 2;

    private final MemorySegment pointer;
    private final List<Integer> events = new ArrayList<>();
    private final List<MemorySegment> opaques = new ArrayList<>();
    private boolean closeCallback;

    private Connection(MemorySegment pointer) {
        this.pointer = pointer;
    }

    /** @param uri for example {@code qemu:///system}; libvirt finds the socket of libvirtd or virtqemud itself */
    public static Connection open(String uri) throws LibvirtException {
        EventLoop.start();
        try (Arena arena = Arena.ofConfined()) {
            Connection connection =
                    new Connection(Libvirt.checked(Libvirt.virConnectOpen(Libvirt.cString(arena, uri))));
            // A driver within this process has none, and needs none.
            Libvirt.virConnectSetKeepAlive(connection.pointer, KEEP_ALIVE_SECONDS, KEEP_ALIVE_COUNT);
            return connection;
        }
    }

    /** Whether it can still be used. Asks nobody. */
    public boolean alive() {
        return Libvirt.virConnectIsAlive(pointer) == 1;
    }

    /** @return to be closed one by one; until then they keep the connection open */
    public List<Domain> activeDomains() throws LibvirtException {
        return list((connection, list) -> Libvirt.virConnectListAllDomains(connection, list, ACTIVE_DOMAINS)).stream()
                .map(Domain::new)
                .toList();
    }

    /** @throws LibvirtException also when there is none */
    public Domain domain(String uuid) throws LibvirtException {
        try (Arena arena = Arena.ofConfined()) {
            return new Domain(
                    Libvirt.checked(Libvirt.virDomainLookupByUUIDString(pointer, Libvirt.cString(arena, uuid))));
        }
    }

    /** The XML of each active storage pool. One that went away meanwhile is left out. */
    public List<String> activePools() throws LibvirtException {
        List<String> found = new ArrayList<>();
        for (MemorySegment pool :
                list((connection, list) -> Libvirt.virConnectListAllStoragePools(connection, list, ACTIVE_POOLS))) {
            MemorySegment xml = Libvirt.virStoragePoolGetXMLDesc(pool);
            if (!Libvirt.isNull(xml)) {
                found.add(Libvirt.takeString(xml));
            }
            Libvirt.virStoragePoolFree(pool);
        }
        return found;
    }

    private interface Lister {
        int list(MemorySegment connection, MemorySegment list);
    }

    private List<MemorySegment> list(Lister lister) throws LibvirtException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(ADDRESS);
            int count = Libvirt.checked(lister.list(pointer, result));
            MemorySegment list = Libvirt.list(result.get(ADDRESS, 0), count);
            List<MemorySegment> found = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                found.add(list.getAtIndex(ADDRESS, i));
            }
            Libvirt.free(list);
            return found;
        }
    }

    /**
     * Asks for events until the connection is closed. Both are called on the event loop's thread and must return at once.
     *
     * @param changed after anything about any domain changed
     * @param lost when the connection is no more; not every driver tells
     * @throws LibvirtException when the driver has no events at all
     */
    public void watch(Runnable changed, Runnable lost) throws LibvirtException {
        for (Callbacks.Event event : Callbacks.EVENTS) {
            MemorySegment opaque = opaque(changed);
            int id = Libvirt.virConnectDomainEventRegisterAny(pointer, event.id(), event.function(), opaque);
            if (id >= 0) {
                events.add(id);
            } else if (event.equals(Callbacks.LIFECYCLE)) {
                throw Libvirt.error();
            }
        }
        closeCallback = Libvirt.virConnectRegisterCloseCallback(pointer, Callbacks.CLOSED, opaque(lost)) >= 0;
    }

    private MemorySegment opaque(Runnable listener) {
        MemorySegment opaque = Callbacks.listen(listener);
        opaques.add(opaque);
        return opaque;
    }

    /** Once, by the thread that uses it. Each registration keeps the connection open, so they end first. */
    @Override
    public void close() {
        opaques.forEach(Callbacks::forget);
        events.forEach(id -> Libvirt.virConnectDomainEventDeregisterAny(pointer, id));
        if (closeCallback) {
            Libvirt.virConnectUnregisterCloseCallback(pointer, Callbacks.CLOSED);
        }
        Libvirt.virConnectClose(pointer);
    }
}
