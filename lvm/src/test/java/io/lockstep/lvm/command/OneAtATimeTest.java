package io.lockstep.lvm.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OneAtATimeTest {

    private static final Limits LIMITS =
            new Limits(Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ofSeconds(1), 1000);

    @Test
    void while_a_command_has_not_ended_no_other_of_its_slot_is_started() {
        AtomicBoolean living = new AtomicBoolean(true);
        List<String> started = new ArrayList<>();
        CommandRunner runner = new OneAtATime(
                c -> {
                    started.add(c.toString());
                    return c.program().equals("stuck")
                            ? new CommandResult.Stuck(c, "", "", living::get)
                            : new CommandResult.Ended(c, 0, "", "", true);
                },
                LIMITS);

        runner.run(Command.of("stuck", "1").inSlot("vg0"));
        CommandResult refused = runner.run(Command.of("fine", "2").inSlot("vg0"));
        CommandResult elsewhere = runner.run(Command.of("fine", "3").inSlot("vg1"));

        assertThat(refused.reason()).isEqualTo("\"stuck 1\" does not end");
        assertThat(elsewhere).isInstanceOf(CommandResult.Ended.class);
        assertThat(started).containsExactly("stuck 1", "fine 3");

        living.set(false);
        assertThat(runner.run(Command.of("fine", "4").inSlot("vg0"))).isInstanceOf(CommandResult.Ended.class);
    }

    @Test
    void commands_of_one_slot_never_run_at_the_same_time() throws InterruptedException {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CommandRunner runner = new OneAtATime(
                c -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    Thread.onSpinWait();
                    running.decrementAndGet();
                    return new CommandResult.Ended(c, 0, "", "", true);
                },
                LIMITS);
        CountDownLatch done = new CountDownLatch(8);
        for (int i = 0; i < 8; i++) {
            Thread.ofPlatform().start(() -> {
                for (int n = 0; n < 50; n++) {
                    runner.run(Command.of("look"));
                }
                done.countDown();
            });
        }
        done.await();
        assertThat(most).hasValue(1);
    }

    @Test
    void a_caller_does_not_wait_without_bound_for_its_turn() throws InterruptedException {
        Limits hasty = new Limits(Duration.ofMillis(50), Duration.ZERO, Duration.ZERO, 1000);
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        CommandRunner runner = new OneAtATime(
                c -> {
                    started.countDown();
                    Patience.wait(Duration.ofSeconds(50), n -> end.await(n, TimeUnit.NANOSECONDS));
                    return new CommandResult.Ended(c, 0, "", "", true);
                },
                hasty);
        Thread.ofPlatform().daemon().start(() -> runner.run(Command.of("look")));
        started.await();
        assertThat(runner.run(Command.of("look"))).isInstanceOf(CommandResult.NotStarted.class);
        end.countDown();
    }
}
