package io.lockstep.service.systemd;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** systemd's end: a real unix socket for datagrams. */
final class DatagramSocket implements AutoCloseable {

    private static final int DONT_WAIT = 0x40;

    private final int descriptor;

    DatagramSocket(String name) throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            descriptor = (int)
                    function("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT).invokeWithArguments(1, 2, 0);
            byte[] path = name.getBytes(StandardCharsets.UTF_8);
            if (path[0] == '@') {
                path[0] = 0;
            }
            MemorySegment address = arena.allocate(110, 2);
            address.set(JAVA_SHORT, 0, (short) 1);
            MemorySegment.copy(path, 0, address, JAVA_BYTE, 2, path.length);
            int bound = (int) function("bind", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT)
                    .invokeWithArguments(descriptor, address, 2 + path.length);
            if (bound != 0) {
                throw new IllegalStateException("cannot bind " + name);
            }
        }
    }

    /** @return the next message that is already there; empty when there is none */
    String receive() throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(4096);
            long length = (long) function("recv", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT)
                    .invokeWithArguments(descriptor, buffer, buffer.byteSize(), DONT_WAIT);
            return length < 0 ? "" : new String(buffer.asSlice(0, length).toArray(JAVA_BYTE), StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() {
        try {
            function("close", JAVA_INT, JAVA_INT).invokeWithArguments(descriptor);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("restricted")
    private static java.lang.invoke.MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, arguments));
    }
}
