package io.lockstep.libvirt.nativeapi;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The functions that libvirt calls, on its event loop's thread.
 *
 * <p>They exist once in the process and never go away. What libvirt carries for a registration is a number, not a pointer: a call
 * that comes after the end of its registration finds nobody and does nothing. None of them throws: that would end the JVM.
 */
final class Callbacks {

    private static final System.Logger LOG = System.getLogger(Callbacks.class.getName());

    private static final Class<?> POINTER = MemorySegment.class;

    private static final MemorySegment DEVICE = stub(void.class, POINTER, POINTER, POINTER);

    /** {@code virConnectCloseFunc}. */
    static final MemorySegment CLOSED = stub(void.class, POINTER, int.class);

    private static final Map<Long, Runnable> LISTENERS = new ConcurrentHashMap<>();
    private static final AtomicLong LAST = new AtomicLong();

    /** @param id a number of {@code virDomainEventID} */
    record Event(int id, MemorySegment function) {}

    static final Event LIFECYCLE = new Event(0, stub(int.class, POINTER, POINTER, int.class, int.class));
    private static final Event DEVICE_REMOVED = new Event(15, DEVICE);
    private static final Event BLOCK_JOB_2 =
            new Event(16, stub(void.class, POINTER, POINTER, POINTER, int.class, int.class));
    private static final Event DEVICE_ADDED = new Event(19, DEVICE);
    private static final Event MIGRATION_ITERATION = new Event(20, stub(void.class, POINTER, POINTER, int.class));
    private static final Event JOB_COMPLETED = new Event(21, stub(void.class, POINTER, POINTER, POINTER, int.class));
    private static final Event DEVICE_REMOVAL_FAILED = new Event(22, DEVICE);

    /** The events after which a domain's state, job or disks may differ. */
    static final List<Event> EVENTS = List.of(
            LIFECYCLE,
            DEVICE_REMOVED,
            BLOCK_JOB_2,
            DEVICE_ADDED,
            MIGRATION_ITERATION,
            JOB_COMPLETED,
            DEVICE_REMOVAL_FAILED);

    private Callbacks() {}

    /** @return what to give libvirt as {@code opaque} */
    static MemorySegment listen(Runnable listener) {
        long number = LAST.incrementAndGet();
        LISTENERS.put(number, listener);
        return MemorySegment.ofAddress(number);
    }

    static void forget(MemorySegment opaque) {
        LISTENERS.remove(opaque.address());
    }

    /** Called by libvirt. */
    static void fire(MemorySegment opaque) {
        try {
            Runnable listener = LISTENERS.get(opaque.address());
            if (listener != null) {
                listener.run();
            }
        } catch (Throwable e) {
            complain(e);
        }
    }

    private static void complain(Throwable error) {
        try {
            LOG.log(System.Logger.Level.ERROR, "an event of libvirt could not be passed on", error);
        } catch (Throwable e) {
            // Nothing may leave an upcall, and there is nothing left to try.
            return;
        }
    }

    /**
     * A function that passes only its last argument on, the number of the listener, and returns 0 if anything.
     *
     * @param others the types of the arguments before
     */
    private static MemorySegment stub(Class<?> result, Class<?>... others) {
        try {
            MethodHandle fire = MethodHandles.lookup()
                    .findStatic(Callbacks.class, "fire", MethodType.methodType(void.class, MemorySegment.class));
            MethodHandle target = MethodHandles.dropArguments(fire, 0, others);
            return Libvirt.upcall(
                    result == int.class
                            ? MethodHandles.filterReturnValue(target, MethodHandles.constant(int.class, 0))
                            : target);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
