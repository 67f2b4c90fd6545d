package io.lockstep.agent.lane;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.agent.work.Deadline;
import io.lockstep.core.claim.Need;
import io.lockstep.core.volume.Generation;
import io.lockstep.core.volume.HostId;
import io.lockstep.core.volume.LockspaceState;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.VgReading;
import io.lockstep.core.volume.Volume;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What callers on many threads get from the lanes; the rest is in the tests of whole agents. */
class LanesTest {

    private static final VgName VG = new VgName("vg0");

    /** A lockspace that is started while it is read: what was read then is from before. */
    private static final class Starting extends SlowLockManager {
        final CountDownLatch began = new CountDownLatch(1);
        final CountDownLatch goOn = new CountDownLatch(1);
        volatile LockspaceState lockspace = new LockspaceState.NotStarted();

        Starting() {
            super(VG);
        }

        @Override
        public synchronized VgReading read(VgName group) {
            VgReading read = new VgReading(group, lockspace, List.of());
            began.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return read;
        }
    }

    private static final Needs NOTHING = new Needs() {
        @Override
        public SortedMap<Volume, Need> now() {
            return new TreeMap<>();
        }

        @Override
        public Set<Volume> ours(VgReading reading) {
            return Set.of();
        }
    };

    @Test
    void who_asks_after_a_lock_start_is_not_told_what_was_read_before_it() throws Exception {
        Starting lockManager = new Starting();
        Lanes lanes = new Lanes(
                lockManager,
                vg -> true,
                vg -> new VgLane(vg, lockManager, NOTHING, InstantSource.system(), LaneSettings.DEFAULT, () -> {}),
                Set::of,
                task -> {});
        lanes.refresh();
        CountDownLatch asking = new CountDownLatch(1);
        Deadline deadline = new Deadline(() -> Instant.EPOCH, Instant.EPOCH.plus(Duration.ofSeconds(30)), () -> false);
        // Asked for the time that is left once the caller waits for a pass.
        Deadline noticed = new Deadline(
                () -> {
                    asking.countDown();
                    return Instant.EPOCH;
                },
                deadline.at(),
                () -> false);
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> before = callers.submit(() -> lanes.lockspace(VG, deadline));
            lockManager.began.await();
            LockspaceState live = new LockspaceState.Live(new HostId(1), new Generation(1));
            lockManager.lockspace = live;
            Future<LockspaceState> after = callers.submit(() -> lanes.lockspace(VG, noticed));
            asking.await();
            lockManager.goOn.countDown();

            assertThat(after.get()).isEqualTo(live);
            before.get();
        }
    }
}
