package io.lockstep.libvirt.nativeapi;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import org.jspecify.annotations.Nullable;

/** Finds libvirt's C library, or says what is missing. */
public final class NativeLibrary {

    private static final String LIBVIRT = "libvirt.so.0";

    private NativeLibrary() {}

    /**
     * Loads libvirt.
     *
     * @throws LibvirtMissingException when it is not installed, too old, or the JVM may not call it
     */
    public static void require() {
        try {
            Libvirt.load();
        } catch (ExceptionInInitializerError | NoClassDefFoundError e) {
            throw missing(e);
        }
    }

    /** The JVM reports the cause of a failed initialisation differently the second time. */
    private static LibvirtMissingException missing(Throwable error) {
        for (@Nullable Throwable e = error; e != null; e = e.getCause()) {
            if (e instanceof LibvirtMissingException m) {
                return m;
            }
        }
        return new LibvirtMissingException(LIBVIRT + " cannot be used: " + error, error);
    }

    static SymbolLookup libvirt() {
        return open(LIBVIRT);
    }

    @SuppressWarnings("restricted")
    static SymbolLookup open(String library) {
        try {
            return SymbolLookup.libraryLookup(library, Arena.global());
        } catch (IllegalArgumentException e) {
            throw new LibvirtMissingException(
                    "libvirt's C library (" + library
                            + ") is not installed: install the package libvirt0 (Debian, Ubuntu) or libvirt-libs (Fedora, RHEL)",
                    e);
        } catch (IllegalCallerException e) {
            throw new LibvirtMissingException(
                    "the JVM may not call " + library + ": start it with --enable-native-access=ALL-UNNAMED", e);
        }
    }
}
