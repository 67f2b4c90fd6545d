package io.lockstep.libvirt.nativeapi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A list of libvirt's typed parameters, which goes back to libvirt when it is closed. */
final class Parameters implements AutoCloseable {

    private final Arena arena;
    private final MemorySegment list;
    private final MemorySegment count;
    private final MemorySegment room;

    /** An empty list. */
    Parameters(Arena arena) {
        this(arena, MemorySegment.NULL, 0);
    }

    /** One that libvirt has filled. */
    Parameters(Arena arena, MemorySegment filled, int length) {
        this.arena = arena;
        this.list = arena.allocate(ADDRESS);
        this.count = arena.allocate(JAVA_INT);
        this.room = arena.allocate(JAVA_INT);
        list.set(ADDRESS, 0, filled);
        count.set(JAVA_INT, 0, length);
        room.set(JAVA_INT, 0, length);
    }

    MemorySegment list() {
        return list.get(ADDRESS, 0);
    }

    int count() {
        return count.get(JAVA_INT, 0);
    }

    void add(String name, long value) throws LibvirtException {
        Libvirt.checked(Libvirt.virTypedParamsAddULLong(list, count, room, arena.allocateFrom(name), value));
    }

    /** 0 when it is not there. */
    int number(String name) {
        MemorySegment value = arena.allocate(JAVA_INT);
        boolean found =
                count() > 0 && Libvirt.virTypedParamsGetInt(list(), count(), arena.allocateFrom(name), value) == 1;
        return found ? value.get(JAVA_INT, 0) : 0;
    }

    /** 0 when it is not there. */
    long bytes(String name) {
        MemorySegment value = arena.allocate(JAVA_LONG);
        boolean found =
                count() > 0 && Libvirt.virTypedParamsGetULLong(list(), count(), arena.allocateFrom(name), value) == 1;
        return found ? value.get(JAVA_LONG, 0) : 0;
    }

    @Override
    public void close() {
        Libvirt.virTypedParamsFree(list(), count());
    }
}
