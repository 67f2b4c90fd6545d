package io.lockstep.controller.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The small parts that waiting and trying again are made of. */
class ChangesTest {

    private final MonitorChanges changes = new MonitorChanges(InstantSource.system());

    @Test
    @Timeout(10)
    void a_change_between_the_look_and_the_wait_is_not_missed() {
        long seen = changes.version();
        changes.changed();
        changes.await(seen, Instant.now().plusSeconds(60));
    }

    @Test
    @Timeout(10)
    void a_waiting_thread_is_woken_by_a_change() throws InterruptedException {
        long seen = changes.version();
        Thread waiting = Thread.startVirtualThread(
                () -> changes.await(seen, Instant.now().plusSeconds(60)));
        changes.changed();
        waiting.join();
    }

    @Test
    @Timeout(10)
    void a_wait_ends_at_its_deadline() {
        changes.await(changes.version(), Instant.now().plusMillis(20));
        changes.await(changes.version(), Instant.now().minusSeconds(1));
    }

    @Test
    void a_cancellation_is_told_once_to_everybody_early_or_late() {
        Cancellation cancellation = new Cancellation();
        List<String> told = new ArrayList<>();
        cancellation.onCancel(() -> told.add("early"));
        cancellation.cancel();
        cancellation.cancel();
        cancellation.onCancel(() -> told.add("late"));

        assertThat(told).containsExactly("early", "late");
        assertThat(CallLimit.until(Instant.MAX).passed(Instant.now())).isFalse();
        assertThat(new CallLimit(Instant.MAX, cancellation).passed(Instant.now()))
                .isTrue();
    }

    @Test
    void a_back_off_doubles_up_to_its_longest_with_a_jitter_of_half() {
        Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(10));
        Random random = new Random(7);
        for (int i = 0; i < 100; i++) {
            assertThat(backoff.after(1, random)).isBetween(Duration.ofMillis(500), Duration.ofSeconds(1));
            assertThat(backoff.after(3, random)).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(4));
            assertThat(backoff.after(1000, random)).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(10));
        }
        assertThatThrownBy(() -> new Backoff(Duration.ZERO, Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
