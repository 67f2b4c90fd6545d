package io.lockstep.simulator;

import static io.lockstep.core.volume.LockMode.EXCLUSIVE;
import static io.lockstep.core.volume.LockMode.SHARED;
import static io.lockstep.core.volume.LockMode.UNLOCKED;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.core.volume.VgName;
import io.lockstep.simulator.storage.LvchangeResult;
import io.lockstep.simulator.time.SimulatedTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A host whose power is cut, and that boots again, while one of its commands is under way. */
class PowerCutTest {

    private static final VgName VG = new VgName("vg0");

    private final Clock clock = new Clock();
    private final Cluster cluster = Cluster.in(SimulatedTime.keptBy(clock), "h1", "h2")
            .volumeGroup("vg0")
            .volumes("vg0/d1", "vg0/d2");
    private final SimulatedHost h1 = cluster.host("h1");

    /** Something happens while a command waits for the so many-th time. */
    private static final class Clock implements SimulatedTime.Keeper {
        private Instant now = SimulatedTime.START;
        private int wait = -1;
        private Runnable what = () -> {};

        void duringWait(int which, Runnable happens) {
            wait = which;
            what = happens;
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public void pass(Duration duration) {
            now = now.plus(duration);
            if (--wait == 0) {
                what.run();
            }
        }
    }

    private void cutAndBoot() {
        h1.powerCut();
        h1.powerOn();
        h1.lockStart("vg0");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void a_lock_that_was_asked_for_before_the_cut_is_not_taken_after_it(int wait) {
        clock.duringWait(wait, this::cutAndBoot);
        LvchangeResult result = h1.lvchange(SHARED, "vg0/d1", "vg0/d2");

        assertThat(result.ended()).isFalse();
        assertThat(result.exit()).isEqualTo(124);
        assertThat(h1.held("vg0/d1")).isEqualTo(UNLOCKED);
        assertThat(h1.active("vg0/d1")).isFalse();
    }

    @Test
    void a_lock_that_was_taken_after_the_cut_is_not_given_back_by_a_command_from_before_it() {
        h1.lvchange(EXCLUSIVE, "vg0/d1");
        clock.duringWait(1, () -> {
            cutAndBoot();
            h1.lvchange(EXCLUSIVE, "vg0/d1");
        });
        h1.lvchange(UNLOCKED, "vg0/d1");

        assertThat(h1.held("vg0/d1")).isEqualTo(EXCLUSIVE);
    }

    @Test
    void a_lockspace_that_was_starting_is_not_started_after_the_cut() {
        h1.powerCut();
        h1.powerOn();
        clock.duringWait(1, () -> {
            h1.powerCut();
            h1.powerOn();
        });

        assertThat(h1.lockStart("vg0").exit()).isEqualTo(124);
        assertThat(h1.storage().live(VG)).isFalse();
    }
}
