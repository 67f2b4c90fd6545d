package io.lockstep.agent.platform;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlatformsTest {

    @Test
    void an_unknown_platform_is_refused_with_those_that_there_are() {
        assertThatThrownBy(() -> Platforms.open("zfs", Optional.empty(), Map.of()))
                .hasMessageContaining("lockstep.platform.name is \"zfs\"")
                .hasMessageContaining("simulator");
    }

    @Test
    void a_jar_that_cannot_be_read_is_named() {
        assertThatThrownBy(() -> Platforms.open("simulator", Optional.of(Path.of("no.jar")), Map.of()))
                .hasMessageContaining("lockstep.platform.jar is no.jar");
    }
}
