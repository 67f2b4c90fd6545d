package io.lockstep.libvirt.nativeapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CallbacksTest {

    @BeforeAll
    static void libvirt() {
        NativeLibrary.require();
    }

    @Test
    void nothing_that_a_listener_throws_gets_into_native_code() {
        MemorySegment opaque = Callbacks.listen(() -> {
            throw new AssertionError("on purpose");
        });
        assertThatCode(() -> Callbacks.fire(opaque)).doesNotThrowAnyException();
        Callbacks.forget(opaque);
    }

    @Test
    void a_call_after_the_end_of_its_registration_finds_nobody() {
        AtomicInteger calls = new AtomicInteger();
        MemorySegment opaque = Callbacks.listen(calls::incrementAndGet);
        Callbacks.fire(opaque);
        Callbacks.forget(opaque);
        Callbacks.fire(opaque);

        assertThat(calls).hasValue(1);
    }
}
