package io.lockstep.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lockstep.libvirt.nativeapi.LibvirtException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class LaneTest {

    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration LONG = Duration.ofSeconds(60);
    private final LibvirtException refusal = new LibvirtException(55, "not now");

    private final AtomicInteger opened = new AtomicInteger();
    private final Set<Integer> dead = ConcurrentHashMap.newKeySet();
    private final List<Integer> closed = new CopyOnWriteArrayList<>();
    private final CountDownLatch hook = new CountDownLatch(1);

    private final Lane<Integer> lane = new Lane<>(
            "lane", 1, "qemu:///system", new Link.Kind<>(opened::incrementAndGet, c -> !dead.contains(c), closed::add));

    @AfterEach
    void end() {
        hook.countDown();
        lane.close();
    }

    private static void await(CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                latch.await();
                break;
            } catch (InterruptedException e) {
                // As native code, which no interrupt ends.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private NoAnswerException hang() {
        return catchThrowableOfType(
                NoAnswerException.class,
                () -> lane.call("listing domains", SHORT, (c, progress) -> {
                    progress.step("reading domain web");
                    await(hook);
                    progress.step("reading domain db");
                    return "late";
                }));
    }

    @Test
    void a_caller_waits_no_longer_than_its_limit_and_is_told_what_hangs() {
        NoAnswerException silence = hang();

        assertThat(silence).hasMessage("libvirt did not answer within 200 ms (reading domain web)");
        assertThat(silence.asked()).isFalse();
    }

    @Test
    void while_a_call_hangs_others_are_not_made_and_do_not_pile_up() {
        hang();
        AtomicInteger made = new AtomicInteger();
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> lane.call("listing domains", SHORT, (c, p) -> made.incrementAndGet()))
                    .hasMessage("libvirt did not answer within 200 ms (reading domain web)");
        }
        hook.countDown();

        assertThat(made).hasValue(0);
    }

    @Test
    void after_a_call_that_hung_the_same_connection_is_used_again() throws Exception {
        hang();
        assertThat(lane.overdue()).isTrue();
        hook.countDown();

        assertThat(lane.<Integer>call("listing domains", LONG, (c, p) -> c)).isEqualTo(1);
        assertThat(lane.overdue()).isFalse();
    }

    @Test
    void after_its_caller_gave_up_a_call_changes_nothing_any_more() {
        AtomicInteger changes = new AtomicInteger();
        NoAnswerException silence = catchThrowableOfType(
                NoAnswerException.class,
                () -> lane.call("suspending web", SHORT, (c, progress) -> {
                    await(hook);
                    progress.commit("suspending web");
                    return changes.incrementAndGet();
                }));
        hook.countDown();

        assertThat(silence.asked()).isFalse();
        assertThatThrownBy(() -> lane.call("another", LONG, (c, p) -> {
                    throw refusal;
                }))
                .isSameAs(refusal);
        assertThat(changes).hasValue(0);
    }

    @Test
    void a_change_that_hangs_may_have_been_made() {
        NoAnswerException silence = catchThrowableOfType(
                NoAnswerException.class,
                () -> lane.call("suspending web", SHORT, (c, progress) -> {
                    progress.commit("suspending web");
                    await(hook);
                    return true;
                }));

        assertThat(silence.asked()).isTrue();
    }

    @Test
    void a_look_that_finds_the_connection_lost_looks_again_with_a_new_one() throws Exception {
        assertThat(lane.<Integer>call("listing domains", LONG, (c, p) -> {
                    if (c == 1) {
                        dead.add(c);
                        throw refusal;
                    }
                    return c;
                }))
                .isEqualTo(2);
        assertThat(closed).containsExactly(1);
    }

    @Test
    void a_change_is_never_made_twice() {
        AtomicInteger changes = new AtomicInteger();
        NoAnswerException silence = catchThrowableOfType(
                NoAnswerException.class,
                () -> lane.call("suspending web", LONG, (c, progress) -> {
                    progress.commit("suspending web");
                    changes.incrementAndGet();
                    dead.add(c);
                    throw refusal;
                }));

        assertThat(silence.asked()).isTrue();
        assertThat(changes).hasValue(1);
    }

    @Test
    void an_error_on_a_live_connection_is_libvirts_answer() {
        assertThatThrownBy(() -> lane.call("listing domains", LONG, (c, p) -> {
                    throw refusal;
                }))
                .isSameAs(refusal);
        assertThat(closed).isEmpty();
    }

    @Test
    void a_bug_in_a_call_does_not_end_the_thread() throws Exception {
        assertThatThrownBy(() -> lane.call("listing domains", LONG, (c, p) -> {
                    throw new IllegalStateException("a bug");
                }))
                .isInstanceOf(NoAnswerException.class)
                .hasMessageContaining("a bug");
        assertThat(lane.<Integer>call("listing domains", LONG, (c, p) -> c)).isEqualTo(1);
    }

    @Test
    void an_interrupted_caller_goes_away_and_stays_interrupted() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> lane.call("listing domains", LONG, (c, p) -> {
                    await(hook);
                    return c;
                }))
                .isInstanceOf(NoAnswerException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void closing_does_not_wait_for_what_hangs() {
        hang();
        lane.close();
        assertThatThrownBy(() -> lane.call("listing domains", LONG, (c, p) -> c))
                .hasMessage("the connection to libvirt was closed");
    }
}
