package io.lockstep.agent.lane;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.agent.work.Deadline;
import io.lockstep.core.claim.Need;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.VgReading;
import io.lockstep.core.volume.Volume;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What callers on many threads get from one lane; the rest is in the tests of whole agents. */
class VgLaneTest {

    private static final VgName VG = new VgName("vg0");
    private static final Duration LONG = Duration.ofSeconds(30);

    private static Volume volume(int number) {
        return Volume.of("vg0/v%02d".formatted(number), "AAAAAA-PryZ-pKgm-5oY0-0pI6-dVfO-RgW4%02d".formatted(number));
    }

    private final SlowLockManager lockManager = new SlowLockManager(VG);
    private final SortedMap<Volume, Need> claimed = new TreeMap<>();

    private VgLane lane() {
        return lane(LaneSettings.DEFAULT);
    }

    private VgLane lane(LaneSettings settings) {
        Needs needs = new Needs() {
            @Override
            public SortedMap<Volume, Need> now() {
                synchronized (claimed) {
                    return new TreeMap<>(claimed);
                }
            }

            @Override
            public Set<Volume> ours(VgReading reading) {
                Set<Volume> ours = new TreeSet<>(now().keySet());
                ours.addAll(lockManager.held.keySet());
                return ours;
            }
        };
        return new VgLane(VG, lockManager, needs, InstantSource.system(), settings, () -> {});
    }

    private Settled take(VgLane lane, Volume volume) {
        synchronized (claimed) {
            claimed.put(volume, Need.of(LockMode.EXCLUSIVE));
        }
        return lane.settle(Map.of(volume, LockMode.EXCLUSIVE), Deadline.in(LONG, InstantSource.system()));
    }

    @Test
    void requests_that_arrive_during_a_command_share_the_next_one() throws Exception {
        VgLane lane = lane();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Settled>> answers = new ArrayList<>();
            answers.add(callers.submit(() -> take(lane, volume(0))));
            lockManager.first.await();
            CountDownLatch asking = new CountDownLatch(20);
            for (int i = 1; i <= 20; i++) {
                Volume volume = volume(i);
                synchronized (claimed) {
                    claimed.put(volume, Need.of(LockMode.EXCLUSIVE));
                }
                Deadline deadline = new Deadline(
                        () -> {
                            // A caller asks how much time is left once it is in the queue.
                            asking.countDown();
                            return Instant.EPOCH;
                        },
                        Instant.EPOCH.plus(LONG),
                        () -> false);
                answers.add(callers.submit(() -> lane.settle(Map.of(volume, LockMode.EXCLUSIVE), deadline)));
            }
            asking.await();
            lockManager.go.countDown();
            for (Future<Settled> answer : answers) {
                assertThat(answer.get().granted()).isTrue();
            }
        }

        assertThat(lockManager.commands.getFirst()).containsExactly(volume(0));
        // All that was in the queue when the second pass began went into one command.
        assertThat(lockManager.commands).hasSize(2);
        assertThat(lockManager.commands.get(1)).hasSize(20);
    }

    @Test
    void a_caller_whose_deadline_passes_behind_a_command_is_told_that_the_group_is_busy() throws Exception {
        VgLane lane = lane();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Settled> first = callers.submit(() -> take(lane, volume(0)));
            lockManager.first.await();

            Settled late = lane.settle(
                    Map.of(volume(1), LockMode.EXCLUSIVE), Deadline.in(Duration.ofMillis(50), InstantSource.system()));

            assertThat(late.refusals().values()).allMatch(r -> r.reason().contains("was busy for too long"));
            lockManager.go.countDown();
            assertThat(first.get().granted()).isTrue();
        }
    }

    @Test
    void after_a_command_that_does_not_end_requests_fail_at_once() {
        lockManager.stuck = true;
        lockManager.go.countDown();
        VgLane lane = lane();
        assertThat(take(lane, volume(0)).refusals().values()).allMatch(LockResult.Stuck.class::isInstance);

        assertThat(take(lane, volume(1)).refusals().values()).allMatch(LockResult.Stuck.class::isInstance);

        assertThat(lockManager.commands).hasSize(1);
        assertThat(lane.problem()).hasValueSatisfying(p -> assertThat(p).contains("\"lvchange\" does not end"));
    }

    @Test
    void a_volume_whose_command_did_not_end_may_still_be_locked_also_after_a_wake() {
        lockManager.stuck = true;
        lockManager.go.countDown();
        VgLane lane = lane();
        take(lane, volume(0));

        lane.wake(Set.of(volume(0)));

        assertThat(lane.released(volume(0))).isFalse();
    }

    @Test
    void a_request_that_was_too_late_is_not_told_that_its_volumes_were_held_before() throws Exception {
        VgLane lane = lane();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Settled> other = callers.submit(() -> take(lane, volume(0)));
            lockManager.first.await();

            Settled late = lane.settle(
                    Map.of(volume(0), LockMode.EXCLUSIVE), Deadline.in(Duration.ofMillis(50), InstantSource.system()));

            assertThat(late.granted()).isFalse();
            assertThat(late.heldBefore()).isEmpty();
            lockManager.go.countDown();
            other.get();
        }
    }

    @Test
    void a_pass_that_fails_answers_whoever_waits_behind_it() throws Exception {
        VgLane lane = lane();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Settled> first = callers.submit(() -> take(lane, volume(0)));
            lockManager.first.await();
            List<Future<Settled>> behind = new ArrayList<>();
            for (int i = 1; i <= 5; i++) {
                Volume volume = volume(i);
                behind.add(callers.submit(() -> take(lane, volume)));
            }
            lockManager.failing = true;
            lockManager.go.countDown();
            assertThat(first.get().granted()).isTrue();

            for (Future<Settled> each : behind) {
                // Whoever ran the pass is told by its exception, the others by their answer.
                try {
                    assertThat(each.get().refusals().values())
                            .allMatch(r -> r.reason().contains("the agent failed"));
                } catch (java.util.concurrent.ExecutionException e) {
                    assertThat(e).hasRootCauseMessage("on purpose");
                }
            }
        }
    }

    @Test
    void a_lock_that_a_stuck_release_may_still_take_away_is_not_believed_but_asked_for_again() {
        lockManager.go.countDown();
        VgLane lane = lane(new LaneSettings(Duration.ZERO, Duration.ZERO));
        assertThat(take(lane, volume(0)).granted()).isTrue();
        lockManager.stuck = true;
        claimed.clear();
        lane.settle(Map.of(volume(0), LockMode.UNLOCKED), Deadline.in(LONG, InstantSource.system()));
        int commands = lockManager.commands.size();

        // The guest starts again; what is read still shows its old lock, and the release may be carried out any moment.
        assertThat(take(lane, volume(0)).refusals().values()).allMatch(LockResult.Stuck.class::isInstance);
        lockManager.stuck = false;
        assertThat(take(lane, volume(0)).granted()).isTrue();

        assertThat(lockManager.commands).hasSize(commands + 2);
    }

    @Test
    void a_lock_that_an_earlier_agent_left_is_asked_for_once_before_it_is_believed() {
        lockManager.go.countDown();
        assertThat(take(lane(), volume(0)).granted()).isTrue();
        VgLane later = lane();

        assertThat(take(later, volume(0)).granted()).isTrue();
        assertThat(take(later, volume(0)).granted()).isTrue();

        assertThat(lockManager.commands).hasSize(2);
    }

    /** Two guests' volumes: their claims have just ended, and one of the volumes is still open. */
    private VgLane justLeft() {
        lockManager.go.countDown();
        VgLane lane = lane();
        take(lane, volume(0));
        take(lane, volume(1));
        lockManager.commands.clear();
        lockManager.open.add(volume(1));
        synchronized (claimed) {
            claimed.clear();
        }
        return lane;
    }

    @Test
    void a_volume_that_is_open_for_another_moment_is_released_by_the_same_command() {
        VgLane lane = justLeft();
        lockManager.closing.add(volume(1));

        lane.left(Set.of(volume(0), volume(1)));
        lane.passIfWakeful();

        assertThat(lockManager.waitedFor).containsExactly(Set.of(volume(1)));
        assertThat(lockManager.commands).containsExactly(new TreeSet<>(Set.of(volume(0), volume(1))));
    }

    @Test
    void a_volume_that_stays_open_is_waited_for_once_and_released_when_it_is_closed() {
        VgLane lane = justLeft();

        lane.left(Set.of(volume(0), volume(1)));
        lane.passIfWakeful();
        lane.look();
        assertThat(lockManager.waitedFor).hasSize(1);
        assertThat(lockManager.commands).containsExactly(new TreeSet<>(Set.of(volume(0))));

        lockManager.open.clear();
        lane.look();
        assertThat(lockManager.commands).last().isEqualTo(new TreeSet<>(Set.of(volume(1))));
    }

    @Test
    void a_volume_that_was_claimed_again_meanwhile_is_not_waited_for() {
        VgLane lane = justLeft();
        lane.left(Set.of(volume(1)));

        assertThat(take(lane, volume(1)).granted()).isTrue();

        assertThat(lockManager.waitedFor).isEmpty();
    }

    @Test
    void a_guest_that_started_again_before_the_release_of_its_volumes_is_waited_for_when_it_stops_for_good() {
        VgLane lane = justLeft();
        lane.left(Set.of(volume(1)));
        take(lane, volume(1));
        synchronized (claimed) {
            claimed.clear();
        }
        lockManager.closing.add(volume(1));

        lane.left(Set.of(volume(1)));
        lane.passIfWakeful();

        assertThat(lockManager.waitedFor).containsExactly(Set.of(volume(1)));
        assertThat(lockManager.held).containsEntry(volume(1), LockMode.UNLOCKED);
    }

    @Test
    void an_agent_that_goes_gives_back_what_guests_have_left_and_nothing_else() {
        VgLane lane = justLeft();
        lockManager.closing.add(volume(1));
        lane.left(Set.of(volume(1)));

        lane.finish(Deadline.in(LONG, InstantSource.system()));

        assertThat(lockManager.held)
                .containsEntry(volume(1), LockMode.UNLOCKED)
                .containsEntry(volume(0), LockMode.EXCLUSIVE);
    }
}
