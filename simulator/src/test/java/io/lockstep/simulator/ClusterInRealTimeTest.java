package io.lockstep.simulator;

import static io.lockstep.core.volume.LockMode.EXCLUSIVE;
import static io.lockstep.core.volume.LockMode.SHARED;
import static io.lockstep.core.volume.LockMode.UNLOCKED;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.core.domain.HypervisorReading;
import io.lockstep.simulator.hook.HookResult;
import io.lockstep.simulator.libvirt.GuestDefinition;
import io.lockstep.simulator.libvirt.VirshResult;
import io.lockstep.simulator.storage.LvchangeResult;
import io.lockstep.simulator.time.SimulatedTime;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What happens between threads. No test looks at the real clock: each one waits for the other thread. */
class ClusterInRealTimeTest {

    private static final Executor THREADS = task -> Thread.ofVirtual().start(task);

    private final Cluster cluster =
            Cluster.in(SimulatedTime.real(0.2), "h1", "h2").volumeGroup("vg0").volumes("vg0/d1", "vg0/d2");
    private final SimulatedHost h1 = cluster.host("h1");
    private final SimulatedHost h2 = cluster.host("h2");

    private static <T> CompletableFuture<T> meanwhile(Supplier<T> what) {
        return CompletableFuture.supplyAsync(what, THREADS);
    }

    private static <T> T result(CompletableFuture<T> of)
            throws ExecutionException, InterruptedException, TimeoutException {
        return of.get(30, TimeUnit.SECONDS);
    }

    @Test
    void libvirt_answers_once_the_hook_of_every_domain_has_ended()
            throws ExecutionException, InterruptedException, TimeoutException {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        h1.lvchange(EXCLUSIVE, "vg0/d1");
        cluster.hooks((host, name, operation, suboperation, extra, xml) -> {
            if (operation.equals("prepare")) {
                entered.countDown();
                awaitQuietly(leave);
            }
            return HookResult.allow();
        });
        h1.virsh().define(GuestDefinition.named("d1").disks("/dev/vg0/d1").xml());
        CompletableFuture<VirshResult> start = meanwhile(() -> h1.virsh().start("d1"));
        assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();

        CompletableFuture<HypervisorReading> read = meanwhile(h1.platform().hypervisor()::read);
        CompletableFuture<VirshResult> destroy = meanwhile(() -> h1.virsh().destroy("d1"));
        leave.countDown();
        assertThat(result(read)).isInstanceOf(HypervisorReading.Seen.class);
        assertThat(result(start).ok()).isTrue();
        assertThat(result(destroy).ok()).isTrue();
    }

    @Test
    void a_hook_that_never_ends_keeps_libvirt_silent() throws InterruptedException {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        cluster.hooks((host, name, operation, suboperation, extra, xml) -> {
            entered.countDown();
            awaitQuietly(leave);
            return HookResult.refuse("too late");
        });
        h1.virsh().define(GuestDefinition.named("d1").disks("/dev/vg0/d1").xml());
        CompletableFuture<VirshResult> start = meanwhile(() -> h1.virsh().start("d1"));
        assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(h1.platform().hypervisor().read()).isInstanceOf(HypervisorReading.Silent.class);
        leave.countDown();
        assertThat(start.join().ok()).isFalse();
    }

    @Test
    void commands_of_two_hosts_on_one_volume_group_do_not_wait_for_each_other()
            throws ExecutionException, InterruptedException, TimeoutException {
        h1.faults().commandsHang(true);
        CompletableFuture<LvchangeResult> hanging = meanwhile(() -> h1.lvchange(EXCLUSIVE, "vg0/d1"));
        assertThat(h2.lvchange(EXCLUSIVE, "vg0/d2").exit()).isZero();
        h1.faults().commandsHang(false);
        assertThat(result(hanging).exit()).isZero();
    }

    @Test
    void a_shared_request_waits_some_seconds_for_the_holder_to_let_go()
            throws ExecutionException, InterruptedException, TimeoutException {
        h2.lvchange(EXCLUSIVE, "vg0/d1");
        CompletableFuture<LvchangeResult> request = meanwhile(() -> h1.lvchange(SHARED, "vg0/d1"));
        assertThat(h2.lvchange(UNLOCKED, "vg0/d1").exit()).isZero();
        assertThat(result(request).exit()).isZero();
    }

    @Test
    void many_threads_never_make_two_owners() throws ExecutionException, InterruptedException, TimeoutException {
        for (int i = 0; i < 20; i++) {
            CompletableFuture<LvchangeResult> first = meanwhile(() -> h1.lvchange(EXCLUSIVE, "vg0/d1"));
            CompletableFuture<LvchangeResult> second = meanwhile(() -> h2.lvchange(EXCLUSIVE, "vg0/d1"));
            assertThat(result(first).exit() + result(second).exit()).isEqualTo(5);
            assertThat(cluster.invariants().exclusiveMeansAlone()).isEmpty();
            h1.lvchange(UNLOCKED, "vg0/d1");
            h2.lvchange(UNLOCKED, "vg0/d1");
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
