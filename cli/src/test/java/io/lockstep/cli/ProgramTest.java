package io.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.main.LaunchResult;
import io.quarkus.test.junit.main.QuarkusMainLauncher;
import io.quarkus.test.junit.main.QuarkusMainTest;
import org.junit.jupiter.api.Test;

/** The program as Quarkus puts it together; what its commands do is tested without. */
@QuarkusMainTest
class ProgramTest {

    @Test
    void stdout_carries_the_result_and_nothing_else(QuarkusMainLauncher launcher) {
        LaunchResult result = launcher.launch("version");

        assertThat(result.getOutputStream()).singleElement().asString().startsWith("lockstepctl ");
        assertThat(result.getErrorOutput()).isEmpty();
        assertThat(result.exitCode()).isZero();
    }

    @Test
    void the_exit_status_of_a_command_is_that_of_the_program(QuarkusMainLauncher launcher) {
        LaunchResult result = launcher.launch("hosts", "--controller", "localhost:1");

        assertThat(result.getOutput()).isEmpty();
        assertThat(result.getErrorStream()).singleElement().asString().contains("connection refused");
        assertThat(result.exitCode()).isEqualTo(3);
    }
}
