package io.lockstep.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code ./lockstep demo} tells its story with the packaged programs, and leaves nothing however it ends. */
class DemoIT {

    private static final int CONTROLLER_AND_AGENTS = 4;

    @Test
    void the_demo_tells_its_story_and_leaves_nothing() throws IOException, InterruptedException {
        try (DemoRun demo = new DemoRun("story")) {
            demo.awaitLine("1. A guest");
            assertThat(demo.living()).hasSizeGreaterThanOrEqualTo(CONTROLLER_AND_AGENTS);
            assertThat(demo.directory()).isDirectory();

            assertThat(demo.awaitEnd()).isZero();

            assertThat(demo.output())
                    .containsSubsequence(
                            "\n1. A guest with two disks starts",
                            "\n2. Somebody starts the same guest on h2",
                            "\n3. A plain live migration",
                            "\n4. A migration back to h1 is aborted",
                            "\n5. A migration to h3, and in the middle of it the agent",
                            "\n6. A migration to h1, and in the middle of it the controller",
                            "\n7. The guest stops",
                            "\n8. The invariants",
                            "\nEverything went as it should")
                    .doesNotContain("FAILED", "WRONG", "VIOLATED", "Exception in thread", "\tat ");
            assertThatNothingIsLeft(demo);
        }
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130"})
    void a_demo_that_was_kept_running_leaves_nothing_when_a_signal_ends_it(String signal, int status)
            throws IOException, InterruptedException {
        try (DemoRun demo = new DemoRun("keep-" + signal, "--keep")) {
            demo.awaitLine("Ctrl-C ends everything");
            assertThat(demo.living()).hasSizeGreaterThanOrEqualTo(CONTROLLER_AND_AGENTS);
            assertThat(demo.directory()).isDirectory();

            demo.signal(signal);

            assertThat(demo.awaitEnd()).isEqualTo(status);
            assertThat(demo.output()).doesNotContain("FAILED", "Exception in thread", "\tat ");
            assertThatNothingIsLeft(demo);
        }
    }

    private static void assertThatNothingIsLeft(DemoRun demo) throws IOException {
        assertThat(demo.living()).as("processes that the demo left").isEmpty();
        assertThat(demo.directory()).doesNotExist();
    }
}
