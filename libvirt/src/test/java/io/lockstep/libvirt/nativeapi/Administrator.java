package io.lockstep.libvirt.nativeapi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Somebody else who works with the same libvirt, through a connection of his own. */
public final class Administrator implements AutoCloseable {

    private static final MethodHandle CREATE =
            handle("virDomainCreateXML", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS, JAVA_INT));
    private static final MethodHandle DESTROY = handle("virDomainDestroy", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    private static final MethodHandle RESUME = handle("virDomainResume", FunctionDescriptor.of(JAVA_INT, ADDRESS));

    private final MemorySegment connection;

    public Administrator(String uri) {
        EventLoop.start();
        try (Arena arena = Arena.ofConfined()) {
            connection = Libvirt.checked(Libvirt.virConnectOpen(arena.allocateFrom(uri)));
        } catch (LibvirtException e) {
            throw new AssertionError(e);
        }
    }

    public void create(String xml) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment domain =
                    Libvirt.checked((MemorySegment) CREATE.invokeExact(connection, arena.allocateFrom(xml), 0));
            Libvirt.virDomainFree(domain);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    public void destroy(String uuid) {
        on(uuid, DESTROY);
    }

    public void resume(String uuid) {
        on(uuid, RESUME);
    }

    private void on(String uuid, MethodHandle action) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment domain =
                    Libvirt.checked(Libvirt.virDomainLookupByUUIDString(connection, arena.allocateFrom(uuid)));
            try {
                Libvirt.checked((int) action.invokeExact(domain));
            } finally {
                Libvirt.virDomainFree(domain);
            }
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle handle(String name, FunctionDescriptor type) {
        return Linker.nativeLinker().downcallHandle(NativeLibrary.libvirt().findOrThrow(name), type);
    }

    @Override
    public void close() {
        Libvirt.virConnectClose(connection);
    }
}
