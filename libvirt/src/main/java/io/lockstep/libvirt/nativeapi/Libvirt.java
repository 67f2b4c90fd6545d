package io.lockstep.libvirt.nativeapi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * The functions of {@code libvirt.so.0} that are used, under their own names.
 *
 * <p>Who owns what, as libvirt's manual says it:
 * <ul>
 *   <li>A string that a function returns as {@code char *} is ours and goes back with {@code free}: {@link #takeString}. One
 *       returned as {@code const char *} (names, error messages) belongs to the object or thread: {@link #string}.
 *   <li>A list is ours, and so is each object in it: {@code virDomainFree} and the like for each, then {@code free}.
 *   <li>An object keeps its connection open: {@code virConnectClose} only takes one reference away.
 *   <li>Typed parameters go back with {@code virTypedParamsFree}.
 *   <li>The last error belongs to the thread that made the call: whoever wants it asks on the same one, at once.
 * </ul>
 */
final class Libvirt {

    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup LIBRARY = NativeLibrary.libvirt();

    private static final MethodHandle FREE = handle(LINKER.defaultLookup(), "free", FunctionDescriptor.ofVoid(ADDRESS));

    private static final MethodHandle INITIALIZE = intFunction("virInitialize");
    private static final MethodHandle SET_ERROR_FUNC = voidFunction("virSetErrorFunc", ADDRESS, ADDRESS);
    private static final MethodHandle GET_LAST_ERROR_CODE = intFunction("virGetLastErrorCode");
    private static final MethodHandle GET_LAST_ERROR_MESSAGE = function("virGetLastErrorMessage", ADDRESS);

    private static final MethodHandle EVENT_REGISTER_DEFAULT_IMPL = intFunction("virEventRegisterDefaultImpl");
    private static final MethodHandle EVENT_RUN_DEFAULT_IMPL = intFunction("virEventRunDefaultImpl");

    private static final MethodHandle CONNECT_OPEN = function("virConnectOpen", ADDRESS, ADDRESS);
    private static final MethodHandle CONNECT_CLOSE = intFunction("virConnectClose", ADDRESS);
    private static final MethodHandle CONNECT_IS_ALIVE = intFunction("virConnectIsAlive", ADDRESS);
    private static final MethodHandle CONNECT_SET_KEEP_ALIVE =
            intFunction("virConnectSetKeepAlive", ADDRESS, JAVA_INT, JAVA_INT);
    private static final MethodHandle CONNECT_REGISTER_CLOSE_CALLBACK =
            intFunction("virConnectRegisterCloseCallback", ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle CONNECT_UNREGISTER_CLOSE_CALLBACK =
            intFunction("virConnectUnregisterCloseCallback", ADDRESS, ADDRESS);
    private static final MethodHandle CONNECT_DOMAIN_EVENT_REGISTER_ANY =
            intFunction("virConnectDomainEventRegisterAny", ADDRESS, ADDRESS, JAVA_INT, ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle CONNECT_DOMAIN_EVENT_DEREGISTER_ANY =
            intFunction("virConnectDomainEventDeregisterAny", ADDRESS, JAVA_INT);

    private static final MethodHandle CONNECT_LIST_ALL_DOMAINS =
            intFunction("virConnectListAllDomains", ADDRESS, ADDRESS, JAVA_INT);
    private static final MethodHandle DOMAIN_LOOKUP_BY_UUID_STRING =
            function("virDomainLookupByUUIDString", ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle DOMAIN_FREE = intFunction("virDomainFree", ADDRESS);
    private static final MethodHandle DOMAIN_GET_NAME = function("virDomainGetName", ADDRESS, ADDRESS);
    private static final MethodHandle DOMAIN_GET_UUID_STRING = intFunction("virDomainGetUUIDString", ADDRESS, ADDRESS);
    private static final MethodHandle DOMAIN_GET_STATE =
            intFunction("virDomainGetState", ADDRESS, ADDRESS, ADDRESS, JAVA_INT);
    private static final MethodHandle DOMAIN_GET_JOB_STATS =
            intFunction("virDomainGetJobStats", ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_INT);
    private static final MethodHandle DOMAIN_GET_XML_DESC = function("virDomainGetXMLDesc", ADDRESS, ADDRESS, JAVA_INT);
    private static final MethodHandle DOMAIN_SUSPEND = intFunction("virDomainSuspend", ADDRESS);
    private static final MethodHandle DOMAIN_ATTACH_DEVICE_FLAGS =
            intFunction("virDomainAttachDeviceFlags", ADDRESS, ADDRESS, JAVA_INT);
    private static final MethodHandle DOMAIN_DETACH_DEVICE_FLAGS =
            intFunction("virDomainDetachDeviceFlags", ADDRESS, ADDRESS, JAVA_INT);

    private static final MethodHandle DOMAIN_IS_PERSISTENT = intFunction("virDomainIsPersistent", ADDRESS);
    private static final MethodHandle DOMAIN_MIGRATE_TO_URI3 =
            intFunction("virDomainMigrateToURI3", ADDRESS, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT);
    private static final MethodHandle DOMAIN_ABORT_JOB = intFunction("virDomainAbortJob", ADDRESS);

    private static final MethodHandle TYPED_PARAMS_GET_INT =
            intFunction("virTypedParamsGetInt", ADDRESS, JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle TYPED_PARAMS_GET_ULLONG =
            intFunction("virTypedParamsGetULLong", ADDRESS, JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle TYPED_PARAMS_ADD_ULLONG =
            intFunction("virTypedParamsAddULLong", ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);
    private static final MethodHandle TYPED_PARAMS_FREE = voidFunction("virTypedParamsFree", ADDRESS, JAVA_INT);

    private static final MethodHandle CONNECT_LIST_ALL_STORAGE_POOLS =
            intFunction("virConnectListAllStoragePools", ADDRESS, ADDRESS, JAVA_INT);
    private static final MethodHandle STORAGE_POOL_FREE = intFunction("virStoragePoolFree", ADDRESS);
    private static final MethodHandle STORAGE_POOL_GET_XML_DESC =
            function("virStoragePoolGetXMLDesc", ADDRESS, ADDRESS, JAVA_INT);

    static {
        // Otherwise libvirt prints each error to stderr as well.
        MemorySegment silence = upcall(
                MethodHandles.empty(MethodType.methodType(void.class, MemorySegment.class, MemorySegment.class)));
        run(() -> {
            SET_ERROR_FUNC.invokeExact(MemorySegment.NULL, silence);
        });
        int initialized = call(() -> (int) INITIALIZE.invokeExact());
        if (initialized < 0) {
            throw new IllegalStateException("libvirt cannot be initialised: " + error().words());
        }
    }

    private Libvirt() {}

    /** Called once for its effect of initialising this class. */
    static void load() {}

    // Errors

    /** Why the last call of this thread failed. */
    static LibvirtException error() {
        int code = call(() -> (int) GET_LAST_ERROR_CODE.invokeExact());
        String message = string(call(() -> (MemorySegment) GET_LAST_ERROR_MESSAGE.invokeExact()));
        return new LibvirtException(code, message.strip());
    }

    static int checked(int result) throws LibvirtException {
        if (result < 0) {
            throw error();
        }
        return result;
    }

    static MemorySegment checked(MemorySegment result) throws LibvirtException {
        if (isNull(result)) {
            throw error();
        }
        return result;
    }

    // Memory

    static boolean isNull(MemorySegment pointer) {
        return pointer.address() == 0;
    }

    /** A C string of libvirt's own. */
    @SuppressWarnings("restricted")
    static String string(MemorySegment pointer) {
        return isNull(pointer) ? "" : pointer.reinterpret(Long.MAX_VALUE).getString(0);
    }

    /** A C string that is ours now; it is freed. */
    static String takeString(MemorySegment pointer) {
        try {
            return string(pointer);
        } finally {
            free(pointer);
        }
    }

    static MemorySegment cString(SegmentAllocator arena, String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a text for libvirt contains the character NUL");
        }
        return arena.allocateFrom(text);
    }

    /** The pointers in a list that libvirt allocated. */
    @SuppressWarnings("restricted")
    static MemorySegment list(MemorySegment list, int count) {
        return list.reinterpret(ADDRESS.byteSize() * count);
    }

    static void free(MemorySegment pointer) {
        run(() -> {
            FREE.invokeExact(pointer);
        });
    }

    // Events

    static int virEventRegisterDefaultImpl() {
        return call(() -> (int) EVENT_REGISTER_DEFAULT_IMPL.invokeExact());
    }

    static int virEventRunDefaultImpl() {
        return call(() -> (int) EVENT_RUN_DEFAULT_IMPL.invokeExact());
    }

    static int virConnectDomainEventRegisterAny(
            MemorySegment connection, int event, MemorySegment callback, MemorySegment opaque) {
        return call(() -> (int) CONNECT_DOMAIN_EVENT_REGISTER_ANY.invokeExact(
                connection, MemorySegment.NULL, event, callback, opaque, MemorySegment.NULL));
    }

    static int virConnectDomainEventDeregisterAny(MemorySegment connection, int id) {
        return call(() -> (int) CONNECT_DOMAIN_EVENT_DEREGISTER_ANY.invokeExact(connection, id));
    }

    static int virConnectRegisterCloseCallback(MemorySegment connection, MemorySegment callback, MemorySegment opaque) {
        return call(() ->
                (int) CONNECT_REGISTER_CLOSE_CALLBACK.invokeExact(connection, callback, opaque, MemorySegment.NULL));
    }

    static int virConnectUnregisterCloseCallback(MemorySegment connection, MemorySegment callback) {
        return call(() -> (int) CONNECT_UNREGISTER_CLOSE_CALLBACK.invokeExact(connection, callback));
    }

    // Connections

    static MemorySegment virConnectOpen(MemorySegment uri) {
        return call(() -> (MemorySegment) CONNECT_OPEN.invokeExact(uri));
    }

    static int virConnectClose(MemorySegment connection) {
        return call(() -> (int) CONNECT_CLOSE.invokeExact(connection));
    }

    static int virConnectIsAlive(MemorySegment connection) {
        return call(() -> (int) CONNECT_IS_ALIVE.invokeExact(connection));
    }

    static int virConnectSetKeepAlive(MemorySegment connection, int interval, int count) {
        return call(() -> (int) CONNECT_SET_KEEP_ALIVE.invokeExact(connection, interval, count));
    }

    // Domains

    static int virConnectListAllDomains(MemorySegment connection, MemorySegment list, int flags) {
        return call(() -> (int) CONNECT_LIST_ALL_DOMAINS.invokeExact(connection, list, flags));
    }

    static MemorySegment virDomainLookupByUUIDString(MemorySegment connection, MemorySegment uuid) {
        return call(() -> (MemorySegment) DOMAIN_LOOKUP_BY_UUID_STRING.invokeExact(connection, uuid));
    }

    static int virDomainFree(MemorySegment domain) {
        return call(() -> (int) DOMAIN_FREE.invokeExact(domain));
    }

    static MemorySegment virDomainGetName(MemorySegment domain) {
        return call(() -> (MemorySegment) DOMAIN_GET_NAME.invokeExact(domain));
    }

    static int virDomainGetUUIDString(MemorySegment domain, MemorySegment buffer) {
        return call(() -> (int) DOMAIN_GET_UUID_STRING.invokeExact(domain, buffer));
    }

    static int virDomainGetState(MemorySegment domain, MemorySegment state, MemorySegment reason) {
        return call(() -> (int) DOMAIN_GET_STATE.invokeExact(domain, state, reason, 0));
    }

    static int virDomainGetJobStats(
            MemorySegment domain, MemorySegment type, MemorySegment parameters, MemorySegment count) {
        return call(() -> (int) DOMAIN_GET_JOB_STATS.invokeExact(domain, type, parameters, count, 0));
    }

    static MemorySegment virDomainGetXMLDesc(MemorySegment domain) {
        return call(() -> (MemorySegment) DOMAIN_GET_XML_DESC.invokeExact(domain, 0));
    }

    static int virDomainSuspend(MemorySegment domain) {
        return call(() -> (int) DOMAIN_SUSPEND.invokeExact(domain));
    }

    static int virDomainAttachDeviceFlags(MemorySegment domain, MemorySegment xml, int flags) {
        return call(() -> (int) DOMAIN_ATTACH_DEVICE_FLAGS.invokeExact(domain, xml, flags));
    }

    static int virDomainDetachDeviceFlags(MemorySegment domain, MemorySegment xml, int flags) {
        return call(() -> (int) DOMAIN_DETACH_DEVICE_FLAGS.invokeExact(domain, xml, flags));
    }

    static int virDomainIsPersistent(MemorySegment domain) {
        return call(() -> (int) DOMAIN_IS_PERSISTENT.invokeExact(domain));
    }

    static int virDomainMigrateToURI3(
            MemorySegment domain, MemorySegment uri, MemorySegment parameters, int count, int flags) {
        return call(() -> (int) DOMAIN_MIGRATE_TO_URI3.invokeExact(domain, uri, parameters, count, flags));
    }

    static int virDomainAbortJob(MemorySegment domain) {
        return call(() -> (int) DOMAIN_ABORT_JOB.invokeExact(domain));
    }

    static int virTypedParamsGetULLong(MemorySegment parameters, int count, MemorySegment name, MemorySegment value) {
        return call(() -> (int) TYPED_PARAMS_GET_ULLONG.invokeExact(parameters, count, name, value));
    }

    /** Libvirt makes the list longer, and updates all three: pointer, count and room. */
    static int virTypedParamsAddULLong(
            MemorySegment parameters, MemorySegment count, MemorySegment room, MemorySegment name, long value) {
        return call(() -> (int) TYPED_PARAMS_ADD_ULLONG.invokeExact(parameters, count, room, name, value));
    }

    static int virTypedParamsGetInt(MemorySegment parameters, int count, MemorySegment name, MemorySegment value) {
        return call(() -> (int) TYPED_PARAMS_GET_INT.invokeExact(parameters, count, name, value));
    }

    static void virTypedParamsFree(MemorySegment parameters, int count) {
        run(() -> {
            TYPED_PARAMS_FREE.invokeExact(parameters, count);
        });
    }

    // Storage pools

    static int virConnectListAllStoragePools(MemorySegment connection, MemorySegment list, int flags) {
        return call(() -> (int) CONNECT_LIST_ALL_STORAGE_POOLS.invokeExact(connection, list, flags));
    }

    static int virStoragePoolFree(MemorySegment pool) {
        return call(() -> (int) STORAGE_POOL_FREE.invokeExact(pool));
    }

    static MemorySegment virStoragePoolGetXMLDesc(MemorySegment pool) {
        return call(() -> (MemorySegment) STORAGE_POOL_GET_XML_DESC.invokeExact(pool, 0));
    }

    // How it is bound

    /**
     * A C function pointer to a Java function, valid as long as the process lives: libvirt may still call one that was
     * deregistered a moment ago.
     *
     * @param target never throws; takes pointers and ints, returns an int or nothing
     */
    @SuppressWarnings("restricted")
    static MemorySegment upcall(MethodHandle target) {
        MethodType type = target.type();
        ValueLayout[] arguments = type.parameterList().stream()
                .map(p -> p == int.class ? JAVA_INT : ADDRESS)
                .toArray(ValueLayout[]::new);
        FunctionDescriptor descriptor = type.returnType() == void.class
                ? FunctionDescriptor.ofVoid(arguments)
                : FunctionDescriptor.of(JAVA_INT, arguments);
        return LINKER.upcallStub(target, descriptor, Arena.global());
    }

    private static MethodHandle intFunction(String name, ValueLayout... arguments) {
        return handle(LIBRARY, name, FunctionDescriptor.of(JAVA_INT, arguments));
    }

    private static MethodHandle function(String name, ValueLayout result, ValueLayout... arguments) {
        return handle(LIBRARY, name, FunctionDescriptor.of(result, arguments));
    }

    private static MethodHandle voidFunction(String name, ValueLayout... arguments) {
        return handle(LIBRARY, name, FunctionDescriptor.ofVoid(arguments));
    }

    @SuppressWarnings("restricted")
    private static MethodHandle handle(SymbolLookup library, String name, FunctionDescriptor type) {
        MemorySegment address = library.find(name)
                .orElseThrow(() -> new LibvirtMissingException(
                        "the installed libvirt.so.0 is too old: it has no function " + name,
                        new IllegalArgumentException(name)));
        return LINKER.downcallHandle(address, type);
    }

    private interface Native<T> {
        T call() throws Throwable;
    }

    private interface NativeVoid {
        void call() throws Throwable;
    }

    /** A method handle of the linker throws only when it is called with other types than its own. */
    private static <T> T call(Native<T> function) {
        try {
            return function.call();
        } catch (Throwable e) {
            throw new LinkageError("a call to libvirt could not be made", e);
        }
    }

    /** With a block, so that the compiler sees a call that returns nothing. */
    private static void run(NativeVoid function) {
        try {
            function.call();
        } catch (Throwable e) {
            throw new LinkageError("a call to libvirt could not be made", e);
        }
    }
}
