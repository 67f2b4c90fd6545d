package io.lockstep.agent.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.core.domain.DomainJob;
import io.lockstep.core.domain.DomainReading;
import io.lockstep.core.domain.DomainState;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HypervisorReading;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.OwnObservation;
import io.lockstep.core.port.Hypervisor;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DomainWatchTest {

    private static final DomainUuid WEB = DomainUuid.of("11111111-0000-0000-0000-000000000001");
    private static final HypervisorReading RUNS = new HypervisorReading.Seen(
            List.of(new DomainReading(WEB, "web", DomainState.running("booted"), DomainJob.NONE, "<domain/>")));
    private static final HypervisorReading NOTHING = new HypervisorReading.Seen(List.of());

    private HypervisorReading answer = NOTHING;
    private Optional<Map<String, String>> pools = Optional.of(Map.of());
    private Runnable meanwhile = () -> {};
    private Instant now = Instant.parse("2026-11-22T20:00:00Z");

    private final Hypervisor hypervisor = new Hypervisor() {
        @Override
        public HypervisorReading read() {
            meanwhile.run();
            return answer;
        }

        @Override
        public Optional<Map<String, String>> poolTargets() {
            return pools;
        }

        @Override
        public boolean suspend(DomainUuid domain) {
            return false;
        }

        @Override
        public void onChange(Runnable wake) {}
    };

    private final DomainWatch watch =
            new DomainWatch(hypervisor, () -> now, DomainWatch.WatchSettings.DEFAULT, () -> Set.of(WEB));

    private OwnObservation lookAfter(Duration time) {
        now = now.plus(time);
        watch.look();
        return watch.observation(WEB);
    }

    @Test
    void looks_count_only_when_some_time_lies_between_them() {
        assertThat(lookAfter(Duration.ZERO).looks()).isEqualTo(1);
        assertThat(lookAfter(Duration.ofMillis(10)).looks()).isEqualTo(1);
        assertThat(lookAfter(Duration.ofSeconds(1)).looks()).isEqualTo(2);
    }

    @Test
    void a_silent_libvirt_makes_its_domains_unknown() {
        lookAfter(Duration.ZERO);
        answer = new HypervisorReading.Silent("no answer");

        assertThat(lookAfter(Duration.ofSeconds(1)).domain()).isEqualTo(OwnDomain.UNKNOWN);
    }

    @Test
    void a_domain_of_which_libvirt_tells_nothing_is_unknown_and_the_others_are_not() {
        DomainUuid hung = DomainUuid.of("22222222-0000-0000-0000-000000000002");
        answer = new HypervisorReading.Seen(List.of(), Set.of(WEB, hung));

        assertThat(lookAfter(Duration.ZERO).domain()).isEqualTo(OwnDomain.UNKNOWN);
        assertThat(watch.fresh(WEB)).isEqualTo(OwnDomain.UNKNOWN);
        assertThat(watch.fresh(hung)).isEqualTo(OwnDomain.UNKNOWN);
        assertThat(watch.withheld(WEB)).isTrue();
        assertThat(watch.silence()).isEmpty();
        assertThat(watch.fresh(DomainUuid.of("33333333-0000-0000-0000-000000000003")))
                .isEqualTo(OwnDomain.ABSENT);
    }

    @Test
    void pools_stay_where_they_are_when_libvirt_does_not_tell() {
        pools = Optional.of(Map.of("images", "/dev/vg0"));
        watch.look();
        pools = Optional.empty();
        watch.look();
        assertThat(watch.poolTarget("images")).contains("/dev/vg0");

        pools = Optional.of(Map.of());
        watch.look();
        assertThat(watch.poolTarget("images")).isEmpty();
    }

    @Test
    void what_was_seen_before_a_hook_proves_nothing_after_it() {
        lookAfter(Duration.ZERO);
        assertThat(lookAfter(Duration.ofSeconds(1)).looks()).isEqualTo(2);

        HooksInProgress.Progress hook = watch.hooks().begin(WEB);
        assertThat(watch.observation(WEB)).isEqualTo(OwnObservation.NOTHING);
        hook.close();
        assertThat(watch.observation(WEB)).isEqualTo(OwnObservation.NOTHING);

        assertThat(lookAfter(Duration.ofSeconds(1))).isEqualTo(new OwnObservation(OwnDomain.ABSENT, 1, false));
    }

    @Test
    void a_look_that_is_under_way_does_not_make_the_old_one_count_again() {
        lookAfter(Duration.ZERO);
        lookAfter(Duration.ofSeconds(1));
        watch.hooks().begin(WEB).close();

        meanwhile = () -> assertThat(watch.observation(WEB)).isEqualTo(OwnObservation.NOTHING);
        lookAfter(Duration.ofSeconds(1));
    }

    @Test
    void a_hook_during_a_look_makes_its_domain_unknown_in_it() {
        answer = RUNS;
        meanwhile = () -> watch.hooks().begin(WEB).close();

        watch.look();

        assertThat(watch.fresh(WEB)).isEqualTo(OwnDomain.UNKNOWN);
    }

    @Test
    void an_error_on_the_way_is_no_answer() {
        meanwhile = () -> {
            throw new IllegalStateException("on purpose");
        };

        assertThat(lookAfter(Duration.ZERO).domain()).isEqualTo(OwnDomain.UNKNOWN);
        assertThat(watch.silence()).isPresent();
    }

    @Test
    void of_many_who_wait_for_a_look_one_asks_again_and_the_others_are_content() throws InterruptedException {
        AtomicInteger asked = new AtomicInteger();
        CountDownLatch silence = new CountDownLatch(1);
        meanwhile = () -> {
            asked.incrementAndGet();
            awaited(silence);
        };
        List<Thread> all = IntStream.range(0, 20)
                .mapToObj(i -> Thread.ofPlatform().start(watch::look))
                .toList();
        while (all.stream().anyMatch(t -> t.getState() != Thread.State.WAITING)) {
            Thread.onSpinWait();
        }

        silence.countDown();
        for (Thread each : all) {
            each.join();
        }

        assertThat(asked).hasValue(2);
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
