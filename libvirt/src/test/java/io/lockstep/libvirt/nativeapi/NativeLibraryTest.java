package io.lockstep.libvirt.nativeapi;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class NativeLibraryTest {

    @Test
    void a_missing_library_is_told_with_the_packages_that_have_it() {
        assertThatThrownBy(() -> NativeLibrary.open("libnosuch.so.0"))
                .isInstanceOf(LibvirtMissingException.class)
                .hasMessageContaining("libnosuch.so.0")
                .hasMessageContaining("libvirt0")
                .hasMessageContaining("libvirt-libs");
    }
}
