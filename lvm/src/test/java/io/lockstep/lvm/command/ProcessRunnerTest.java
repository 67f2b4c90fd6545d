package io.lockstep.lvm.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against real processes. The timeouts only prove that nothing waits without bound. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ProcessRunnerTest {

    private static final Limits PATIENT =
            new Limits(Duration.ofSeconds(30), Duration.ofSeconds(5), Duration.ofSeconds(1), 1 << 20);
    private static final Limits HASTY =
            new Limits(Duration.ofMillis(300), Duration.ofMillis(300), Duration.ofSeconds(10), 1 << 20);

    private static CommandResult run(Limits limits, String... arguments) {
        return new ProcessRunner(limits).run(Command.of(arguments));
    }

    private static CommandResult shell(Limits limits, String script) {
        return run(limits, "sh", "-c", script);
    }

    private static CommandResult.Ended ended(CommandResult result) {
        assertThat(result).isInstanceOf(CommandResult.Ended.class);
        return (CommandResult.Ended) result;
    }

    @Test
    void a_command_that_ends_has_its_status_and_both_outputs() {
        CommandResult.Ended ended = ended(shell(PATIENT, "echo yes; echo no >&2; exit 5"));
        assertThat(ended.exitStatus()).isEqualTo(5);
        assertThat(ended.out()).isEqualTo("yes\n");
        assertThat(ended.err()).isEqualTo("no\n");
        assertThat(ended.whole()).isTrue();
        assertThat(ended.reason()).contains("ended with status 5: no");
    }

    @Test
    void arguments_are_not_read_by_a_shell() {
        assertThat(ended(run(PATIENT, "echo", "$HOME", "a b", "; rm", "*")).out())
                .isEqualTo("$HOME a b ; rm *\n");
    }

    @Test
    void the_environment_is_only_a_locale_and_a_path() {
        assertThat(ended(run(PATIENT, "env")).out().lines())
                .containsExactlyInAnyOrder(
                        "LC_ALL=C", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    }

    @Test
    void a_question_reads_the_end_of_its_input() {
        assertThat(ended(run(PATIENT, "cat")).out()).isEmpty();
    }

    @Test
    void a_program_that_is_not_installed_is_not_started() {
        assertThat(run(PATIENT, "no-such-program-here"))
                .isInstanceOf(CommandResult.NotStarted.class)
                .satisfies(r -> assertThat(r.reason()).contains("not installed"));
        assertThat(run(PATIENT, "/etc/passwd")).isInstanceOf(CommandResult.NotStarted.class);
    }

    @Test
    void a_command_that_takes_too_long_is_ended_and_what_it_said_is_kept() {
        CommandResult result = shell(HASTY, "echo begun; exec sleep 1000");
        assertThat(result).isInstanceOf(CommandResult.Stopped.class);
        assertThat(((CommandResult.Stopped) result).out()).isEqualTo("begun\n");
    }

    @Test
    void a_command_that_ignores_the_first_signal_is_killed() {
        assertThat(shell(HASTY, "trap '' TERM; while true; do sleep 0.1; done"))
                .isInstanceOf(CommandResult.Stopped.class);
    }

    @Test
    void a_commands_own_limit_comes_before_the_runners() {
        assertThat(new ProcessRunner(PATIENT).run(Command.of("sleep", "1000").within(Duration.ofMillis(200))))
                .isInstanceOf(CommandResult.Stopped.class);
    }

    @Test
    void a_child_that_keeps_the_pipes_open_is_not_waited_for() {
        CommandResult.Ended ended = ended(shell(PATIENT, "sleep 300 & echo $!"));
        assertThat(ended.exitStatus()).isZero();
        ProcessHandle.of(Long.parseLong(ended.out().strip())).ifPresent(ProcessHandle::destroy);
    }

    @Test
    void a_killed_command_whose_child_keeps_the_pipes_open_is_not_waited_for() {
        Limits limits = new Limits(Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofMillis(200), 1 << 20);
        CommandResult result = shell(limits, "sleep 300 & echo $!; wait");
        assertThat(result).isInstanceOf(CommandResult.Stopped.class);
        ProcessHandle.of(Long.parseLong(((CommandResult.Stopped) result).out().strip()))
                .ifPresent(ProcessHandle::destroy);
    }

    @Test
    void output_without_end_fills_no_memory() {
        CommandResult.Ended ended = ended(run(PATIENT, "head", "-c", "50000000", "/dev/zero"));
        assertThat(ended.whole()).isFalse();
        assertThat(ended.out()).hasSize(1 << 20);
    }

    @Test
    void an_interrupted_caller_still_gets_the_answer_and_stays_interrupted() {
        Thread.currentThread().interrupt();
        CommandResult result = shell(PATIENT, "sleep 0.2; echo done");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(ended(result).out()).isEqualTo("done\n");
    }
}
