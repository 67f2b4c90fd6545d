package io.lockstep.libvirt;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HypervisorReading;
import io.lockstep.libvirt.nativeapi.NativeLibrary;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * libvirt's own driver for tests: {@code test:///default} has one running domain, which all connections of this process share, and
 * {@code test:///FILE} has what the file says, for each connection anew.
 */
final class TestDriver {

    static final String DEFAULT = "test:///default";

    /** The domain of {@link #DEFAULT}. */
    static final DomainUuid TEST = DomainUuid.of("6695eb01-f6a4-8304-79aa-97f2502e193f");

    static final Limits SHORT = new Limits(Duration.ofMillis(300), Duration.ofMillis(300));

    /** More than any answer takes; reached only when something is wrong. */
    static final Limits LONG = new Limits(Duration.ofSeconds(60), Duration.ofSeconds(60));

    private TestDriver() {}

    static void required() {
        assertThatCode(NativeLibrary::require)
                .as(
                        "these tests need libvirt's C library: install libvirt0 (Debian, Ubuntu) or libvirt-libs (Fedora, RHEL)")
                .doesNotThrowAnyException();
    }

    /** Reads a file of this test's resources. */
    static String file(String name) {
        return "test://"
                + Path.of("src", "test", "resources", name).toAbsolutePath().normalize();
    }

    static Map<String, String> states(HypervisorReading reading) {
        return ((HypervisorReading.Seen) reading)
                .domains().stream()
                        .collect(Collectors.toMap(d -> d.name(), d -> d.state().toString()));
    }
}
