package io.lockstep.proof.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.proof.chaos.world.Mutation;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Short random runs; {@code ./lockstep chaos} makes long ones. */
class ChaosTest {

    private static final int STEPS = 600;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whatever_happens_the_invariants_hold_and_the_cluster_comes_to_rest(long seed) {
        Chaos.Outcome outcome = Chaos.run(seed, STEPS, Mutation.NONE);

        assertThat(outcome.violations())
                .as(() -> "./lockstep chaos --seed " + seed + " --steps " + STEPS + "\n"
                        + String.join("\n", outcome.latest()))
                .isEmpty();
        assertThat(outcome.steps()).isGreaterThanOrEqualTo(STEPS);
    }

    @Test
    void a_run_does_what_it_is_for() {
        Chaos.Outcome outcome = Chaos.run(6, 2 * STEPS, Mutation.NONE);

        assertThat(outcome.counts())
                .containsKeys(
                        "step: start",
                        "step: migrate live",
                        "migrations that succeed",
                        "migrations that fail",
                        "step: power cut",
                        "step: agent killed",
                        "step: controller killed",
                        "step: agent apart from the controller",
                        "step: LVM hangs",
                        "step: lvchange by hand");
    }

    @Test
    void the_same_seed_is_the_same_run() {
        assertThat(Chaos.run(7, STEPS, Mutation.NONE).hash())
                .isEqualTo(Chaos.run(7, STEPS, Mutation.NONE).hash())
                .isNotEqualTo(Chaos.run(8, STEPS, Mutation.NONE).hash());
    }

    /** Within one virtual machine the orders of hash tables repeat; in another one they need not. */
    @Test
    void the_same_seed_is_the_same_run_in_another_virtual_machine() throws Exception {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ChaosCommand.class.getName(),
                        "--seed",
                        "9",
                        "--steps",
                        String.valueOf(STEPS))
                .redirectErrorStream(true)
                .start();
        String said = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(other.waitFor()).as(said).isZero();
        Matcher journal = Pattern.compile("journal ([0-9a-f]{16})").matcher(said);
        assertThat(journal.find()).as(said).isTrue();
        assertThat(journal.group(1))
                .isEqualTo("%016x".formatted(Chaos.run(9, STEPS, Mutation.NONE).hash()));
    }

    @Test
    void the_command_says_what_it_did() {
        StringWriter out = new StringWriter();
        int status = new CommandLine(new ChaosCommand())
                .setOut(new PrintWriter(out))
                .execute("--seed", "3", "--steps", "200", "--seeds", "2");

        assertThat(status).as(out.toString()).isZero();
        assertThat(List.of("seed 3: ", "seed 4: ", "steps/s", "no violation", "step: start"))
                .allMatch(out.toString()::contains);
    }

    @Test
    void a_number_of_steps_that_makes_no_sense_is_refused() {
        StringWriter err = new StringWriter();
        int status =
                new CommandLine(new ChaosCommand()).setErr(new PrintWriter(err)).execute("--steps", "0");

        assertThat(status).isEqualTo(2);
        assertThat(err.toString()).contains("--steps");
    }
}
