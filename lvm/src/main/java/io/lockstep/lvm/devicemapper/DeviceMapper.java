package io.lockstep.lvm.devicemapper;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The kernel's device-mapper, asked as {@code dmsetup} asks it: {@code DM_DEV_STATUS} on {@code /dev/mapper/control}.
 *
 * <p>Guarantee: asks for one device after the other by its UUID, changes nothing, takes no lock of LVM, and starts no process: a look
 * and a release then cost a program less.
 */
public final class DeviceMapper implements OpenCounts {

    private static final String CONTROL = "/dev/mapper/control";

    /** Where {@code _IOWR} has this form; on others {@code dmsetup} is asked. */
    private static final Set<String> ARCHITECTURES = Set.of("amd64", "aarch64", "riscv64", "s390x");

    private static final int O_RDWR = 2;
    private static final int ENXIO = 6;

    // struct dm_ioctl of linux/dm-ioctl.h.
    private static final int VERSION = 0;
    private static final int DATA_SIZE = 12;
    private static final int DATA_START = 16;
    private static final int OPEN_COUNT = 24;
    private static final int UUID = 176;
    private static final int UUID_LENGTH = 129;
    static final int SIZE = 312;

    /** {@code _IOWR(0xfd, 7, struct dm_ioctl)}. */
    static final long DM_DEV_STATUS = 3L << 30 | (long) SIZE << 16 | 0xfdL << 8 | 7;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private final MethodHandle open;
    private final MethodHandle ioctl;
    private final MethodHandle close;

    @SuppressWarnings("restricted")
    private DeviceMapper() {
        Linker linker = Linker.nativeLinker();
        Linker.Option errno = Linker.Option.captureCallState("errno");
        this.open = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("open"),
                FunctionDescriptor.of(INT, ValueLayout.ADDRESS, INT),
                Linker.Option.firstVariadicArg(2),
                errno);
        this.ioctl = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("ioctl"),
                FunctionDescriptor.of(INT, INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS),
                Linker.Option.firstVariadicArg(2),
                errno);
        this.close =
                linker.downcallHandle(linker.defaultLookup().findOrThrow("close"), FunctionDescriptor.of(INT, INT));
    }

    /** The device-mapper of this host, or its command's where the kernel cannot be asked from here. */
    public static OpenCounts ofThisHost() {
        return ARCHITECTURES.contains(System.getProperty("os.arch")) ? new DeviceMapper() : NOT_HERE;
    }

    @Override
    public DmTable of(DmTable devices) throws IOException {
        List<DmDevice> seen = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            MemorySegment request = arena.allocate(SIZE, Long.BYTES);
            int control = (int) open.invokeExact(state, arena.allocateFrom(CONTROL), O_RDWR);
            if (control < 0) {
                throw new IOException(CONTROL + " cannot be opened: errno " + errno(state));
            }
            try {
                for (DmDevice device : devices.devices()) {
                    if (device.partOf().isEmpty()) {
                        seen.add(device);
                        continue;
                    }
                    asked(request, device.uuid());
                    if ((int) ioctl.invokeExact(state, control, DM_DEV_STATUS, request) == 0) {
                        seen.add(new DmDevice(device.name(), device.uuid(), answered(request)));
                    } else if (errno(state) != ENXIO) {
                        throw new IOException("device-mapper does not tell whether " + device.name()
                                + " is open: errno " + errno(state));
                    }
                }
            } finally {
                int ignored = (int) close.invokeExact(control);
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException(e);
        }
        return new DmTable(seen);
    }

    private static int errno(MemorySegment state) {
        return (int) ERRNO.get(state, 0L);
    }

    /** Fills in the question for the status of the device with this UUID. */
    static void asked(MemorySegment request, String uuid) throws IOException {
        byte[] bytes = uuid.getBytes(StandardCharsets.UTF_8);
        if (bytes.length >= UUID_LENGTH) {
            throw new IOException("too long for the UUID of a device: \"" + uuid + "\"");
        }
        request.fill((byte) 0);
        request.set(INT, VERSION, 4);
        request.set(INT, DATA_SIZE, SIZE);
        request.set(INT, DATA_START, SIZE);
        MemorySegment.copy(bytes, 0, request, ValueLayout.JAVA_BYTE, UUID, bytes.length);
    }

    /** Whether the device is open, by the kernel's answer. */
    static boolean answered(MemorySegment answer) {
        return answer.get(INT, OPEN_COUNT) != 0;
    }
}
