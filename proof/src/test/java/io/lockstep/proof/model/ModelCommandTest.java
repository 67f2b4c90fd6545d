package io.lockstep.proof.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.core.handover.OwnObservation;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ModelCommandTest {

    private final StringWriter output = new StringWriter();

    private int run(Rules rules, String... arguments) {
        PrintWriter writer = new PrintWriter(output);
        return new picocli.CommandLine(new ModelCommand(rules))
                .setOut(writer)
                .setErr(writer)
                .execute(arguments);
    }

    @Test
    void without_a_violation_it_says_how_much_it_explored() {
        assertThat(run(Rules.CORE, "torn-twice", "start-twice")).isZero();
        assertThat(output.toString())
                .containsPattern("torn-twice +\\d+ ")
                .containsPattern("start-twice +\\d+ ")
                .contains("states: I0 to I5 hold in each, and from each a state of rest can be reached.");
    }

    @Test
    void a_violation_ends_with_status_1_and_the_way_there() {
        Rules forgetful = new Rules() {
            @Override
            public boolean endByLooking(OwnObservation seen, boolean handover) {
                return false;
            }
        };

        assertThat(run(forgetful, "start-twice")).isEqualTo(1);
        assertThat(output.toString())
                .contains("I4: at rest h")
                .contains("  1 h1 web: virsh start: its prepare hook is called")
                .contains("there are violations, see above.");
    }

    @Test
    void an_unknown_configuration_is_refused_with_the_names_of_those_that_exist() {
        assertThat(run(Rules.CORE, "seven-hosts")).isEqualTo(2);
        assertThat(output.toString()).contains("no configuration is named seven-hosts; there are two-hosts, ");
    }

    @Test
    void the_list_names_what_each_explores() {
        assertThat(run(Rules.CORE, "--list", "--small")).isZero();
        assertThat(output.toString()).contains("there-and-back           two migrations");
    }
}
