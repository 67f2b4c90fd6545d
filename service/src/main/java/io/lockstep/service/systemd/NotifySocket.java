package io.lockstep.service.systemd;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/**
 * systemd's notification socket: a unix socket for datagrams, which the JDK does not have, so libc is called.
 *
 * <p>Guarantee: sending never throws. It waits while systemd's queue is full: a lost READY would be a failed start.
 */
final class NotifySocket {

    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final int MSG_NOSIGNAL = 0x4000;

    /** sockaddr_un: the family, then a path of at most 108 bytes. */
    private static final int PATH_OFFSET = 2;

    private static final int LONGEST_PATH = 108;

    private final byte[] path;

    /** @param name as in NOTIFY_SOCKET: a path, or a name in the abstract namespace after an {@code @} */
    NotifySocket(String name) {
        this.path = name.getBytes(StandardCharsets.UTF_8);
        if (path.length == 0 || path.length >= LONGEST_PATH || path[0] != '/' && path[0] != '@') {
            throw new IllegalArgumentException("no name of a unix socket: " + name);
        }
        if (path[0] == '@') {
            path[0] = 0;
        }
    }

    /** @return whether the kernel took the whole message */
    boolean send(String message) {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        try (Arena arena = Arena.ofConfined()) {
            // An abstract name has no byte at its end, and its length says where it ends.
            int length = PATH_OFFSET + path.length + (path[0] == 0 ? 0 : 1);
            MemorySegment address = arena.allocate(PATH_OFFSET + LONGEST_PATH, JAVA_SHORT.byteAlignment());
            address.set(JAVA_SHORT, 0, (short) AF_UNIX);
            MemorySegment.copy(path, 0, address, JAVA_BYTE, PATH_OFFSET, path.length);
            int descriptor = (int) Libc.SOCKET.invokeExact(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
            if (descriptor < 0) {
                return false;
            }
            try {
                long sent = (long) Libc.SENDTO.invokeExact(
                        descriptor,
                        arena.allocateFrom(JAVA_BYTE, bytes),
                        (long) bytes.length,
                        MSG_NOSIGNAL,
                        address,
                        length);
                return sent == bytes.length;
            } finally {
                int _ = (int) Libc.CLOSE.invokeExact(descriptor);
            }
        } catch (Throwable e) {
            if (e instanceof VirtualMachineError error) {
                throw error;
            }
            return false;
        }
    }

    /** Bound at the first message: a service without systemd never gets here. */
    private static final class Libc {

        static final MethodHandle SOCKET =
                function("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
        static final MethodHandle SENDTO = function(
                "sendto", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
        static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

        @SuppressWarnings("restricted") // Three functions whose signatures POSIX fixes.
        private static MethodHandle function(String name, FunctionDescriptor signature) {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), signature);
        }
    }
}
