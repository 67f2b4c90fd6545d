package io.lockstep.controller.handover;

import static io.lockstep.controller.fake.Samples.A;
import static io.lockstep.controller.fake.Samples.B;
import static io.lockstep.controller.fake.Samples.NAME;
import static io.lockstep.controller.fake.Samples.ROOT;
import static io.lockstep.controller.fake.Samples.WEB;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.controller.Coordinator;
import io.lockstep.controller.fake.FakeAgent;
import io.lockstep.controller.fake.FakeCluster;
import io.lockstep.controller.host.Backoff;
import io.lockstep.controller.host.CallLimit;
import io.lockstep.controller.host.Hosts;
import io.lockstep.controller.host.MonitorChanges;
import io.lockstep.controller.host.ShareAnswer;
import io.lockstep.core.handover.Epoch;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The same controller with real threads and a real clock. */
class BeginConcurrencyTest {

    @Test
    @Timeout(60)
    void of_many_begins_at_once_one_opens_and_the_others_name_what_is_open()
            throws InterruptedException, ExecutionException {
        FakeCluster agents = new FakeCluster();
        InstantSource clock = InstantSource.system();
        AtomicInteger atOnce = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Coordinator controller = new Coordinator(
                    new Coordinator.Outside(
                            agents,
                            agents,
                            (handover, events) -> {},
                            agents,
                            new MonitorChanges(clock),
                            threads,
                            clock,
                            new Random(1),
                            UUID::randomUUID),
                    new Hosts.Settings(
                            Duration.ofMinutes(5),
                            new Backoff(Duration.ofMillis(500), Duration.ofSeconds(15)),
                            Duration.ZERO),
                    Deadlines.NORMAL.scaled(0.01));
            agents.controller = controller;
            FakeAgent a = agents.host(A);
            agents.host(B);
            agents.runs(A);
            a.onShare = (order, limit) -> {
                most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                atOnce.decrementAndGet();
                return new ShareAnswer.Shared(order.volumes());
            };
            List<Future<BeginOutcome>> outcomes = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                outcomes.add(threads.submit(() -> controller
                        .begin()
                        .begin(
                                new BeginOrder(WEB, NAME, B, List.of(ROOT), Epoch.NONE),
                                CallLimit.until(Instant.now().plusSeconds(60)))));
            }
            int opened = 0;
            for (Future<BeginOutcome> each : outcomes) {
                switch (each.get()) {
                    case BeginOutcome.Opened ignored -> opened++;
                    case BeginOutcome.Refused refused ->
                        assertThat(refused.code()).isEqualTo(BeginOutcome.Code.HANDOVER_OPEN);
                    case BeginOutcome.NobodyRunsIt ignored -> throw new AssertionError();
                    case BeginOutcome.Abandoned ignored -> throw new AssertionError();
                }
            }
            assertThat(opened).isEqualTo(1);
            assertThat(most).hasValue(1);
            assertThat(controller.handovers().open()).hasSize(1);
        }
    }
}
