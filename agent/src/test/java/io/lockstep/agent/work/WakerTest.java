package io.lockstep.agent.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WakerTest {

    private final Deque<Runnable> executor = new ArrayDeque<>();
    private final AtomicInteger runs = new AtomicInteger();

    private void untilQuiet() {
        while (!executor.isEmpty()) {
            executor.remove().run();
        }
    }

    @Test
    void wakes_before_a_run_are_one() {
        Waker waker = new Waker(executor::add, runs::incrementAndGet);
        for (int i = 0; i < 100; i++) {
            waker.wake();
        }

        assertThat(executor).hasSize(1);
        untilQuiet();
        assertThat(runs).hasValue(1);
    }

    @Test
    void a_wake_during_a_run_is_followed_by_another_run_and_not_by_one_beside_it() {
        Waker[] self = new Waker[1];
        AtomicInteger inside = new AtomicInteger();
        self[0] = new Waker(executor::add, () -> {
            assertThat(inside.incrementAndGet()).isEqualTo(1);
            if (runs.incrementAndGet() == 1) {
                self[0].wake();
                self[0].wake();
            }
            inside.decrementAndGet();
        });

        self[0].wake();
        untilQuiet();

        assertThat(runs).hasValue(2);
    }

    @Test
    void who_wakes_an_agent_that_stops_hears_nothing_of_it() {
        Waker waker = new Waker(
                task -> {
                    throw new RejectedExecutionException("stopped");
                },
                runs::incrementAndGet);

        waker.wake();
        waker.wake();

        assertThat(runs).hasValue(0);
    }

    @Test
    void a_run_that_fails_does_not_end_the_waking() {
        Waker waker = new Waker(executor::add, () -> {
            runs.incrementAndGet();
            throw new IllegalStateException("on purpose");
        });

        waker.wake();
        untilQuiet();
        waker.wake();
        untilQuiet();

        assertThat(runs).hasValue(2);
    }
}
