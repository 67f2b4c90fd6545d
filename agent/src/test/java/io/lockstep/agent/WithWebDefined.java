package io.lockstep.agent;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests of a cluster in which the guest {@code web} is defined and nothing runs. */
abstract class WithWebDefined {

    @TempDir
    Path directory;

    TestCluster cluster;

    @BeforeEach
    void build() {
        cluster = TestCluster.withWebDefined(directory);
    }
}
