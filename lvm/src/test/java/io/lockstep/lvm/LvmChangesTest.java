package io.lockstep.lvm;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.Volume;
import io.lockstep.lvm.command.CommandResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What becomes of each volume of a command: read back, whatever its exit status was. */
class LvmChangesTest extends RecordedH1 {

    private static final LockResult ELSEWHERE = new LockResult.HeldElsewhere(Optional.empty());

    private LockResult change(Volume volume, LockMode mode) {
        return manager.change(VG, new TreeSet<>(Set.of(volume)), mode).get(volume);
    }

    /** lvchange answers so, and does this first. */
    private void lvchange(int status, String err, Step effect) {
        host.answer("lvchange", c -> {
            try {
                effect.run();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return new CommandResult.Ended(c, status, "", err, true);
        });
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    private static void nothing() {}

    @Test
    void volumes_of_one_command_succeed_or_fail_one_by_one() {
        Recording.Run run = Recording.run("02-multi-open-errors", "h1", "lvchange -aey vg0/d1_a vg0/d1_b vg0/d2_a");
        files(() -> {
            files.removeDevice(1);
            files.removeDevice(2);
        });
        lvchange(run.status(), run.err(), () -> {
            lockd("ex " + D1_A.uuid(), "ex " + D2_A.uuid());
            activate(1, D1_A);
            activate(3, D2_A);
        });

        assertThat(manager.change(VG, new TreeSet<>(Set.of(D1_A, D1_B, D2_A)), LockMode.EXCLUSIVE))
                .containsEntry(D1_A, new LockResult.Granted(LockMode.EXCLUSIVE))
                .containsEntry(D1_B, ELSEWHERE)
                .containsEntry(D2_A, new LockResult.Granted(LockMode.EXCLUSIVE));
        assertThat(host.lines("lvchange")).containsExactly("lvchange -aey vg0/d2_a vg0/d1_a vg0/d1_b");
    }

    private static void files(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void each_mode_has_its_option() {
        lvchange(0, "", LvmChangesTest::nothing);
        change(D1_A, LockMode.SHARED);
        change(D1_A, LockMode.UNLOCKED);
        assertThat(host.lines("lvchange")).containsExactly("lvchange -asy vg0/d1_a", "lvchange -an vg0/d1_a");
    }

    @Test
    void a_shared_lock_that_is_kept_when_it_cannot_become_exclusive_is_a_refusal() {
        Recording.Run run = Recording.run("01-modes", "h1", "lvchange -aey vg0/d1_a", 1);
        lvchange(run.status(), run.err(), () -> lockd("sh " + D1_A.uuid()));
        assertThat(change(D1_A, LockMode.EXCLUSIVE)).isEqualTo(ELSEWHERE);
    }

    @Test
    void exit_status_0_is_no_lock_when_activation_was_skipped() {
        lvchange(0, "", LvmChangesTest::nothing);
        assertThat(change(D2_A, LockMode.EXCLUSIVE)).isEqualTo(new LockResult.NotActivated());
    }

    @Test
    void a_lock_whose_volume_is_not_active_is_not_granted() {
        lvchange(0, "", () -> lockd("ex " + D2_A.uuid()));
        assertThat(change(D2_A, LockMode.EXCLUSIVE))
                .isEqualTo(new LockResult.Unknown("the lock was taken, but the volume could not be activated"));
    }

    @Test
    void exit_status_0_is_no_release_while_the_lock_is_there() {
        lvchange(0, "  Failed to unlock logical volume vg0/d1_a.\n", () -> files.removeDevice(1));
        assertThat(change(D1_A, LockMode.UNLOCKED)).isEqualTo(new LockResult.Unknown("its lock could not be released"));
        lvchange(0, "", LvmChangesTest::nothing);
        assertThat(change(D1_A, LockMode.UNLOCKED))
                .isEqualTo(new LockResult.Unknown("lvchange said yes, but the lock is still EXCLUSIVE"));
    }

    @Test
    void a_release_is_granted_when_lock_and_device_are_gone() {
        lvchange(0, "", () -> {
            lockd();
            files.removeDevice(1);
        });
        assertThat(change(D1_A, LockMode.UNLOCKED)).isEqualTo(new LockResult.Granted(LockMode.UNLOCKED));
        assertThat(change(D2_A, LockMode.UNLOCKED)).isEqualTo(new LockResult.Granted(LockMode.UNLOCKED));
    }

    @Test
    void a_release_that_is_in_use_names_who_has_it_open() throws IOException {
        files.file("proc/4711/comm", "qemu-system-x86\n");
        files.link("proc/4711/fd/12", "/dev/dm-1");
        lvchange(
                5,
                Recording.run("02-multi-open-errors", "h1", "lvchange -an vg0/d1_a; lvmlockctl")
                        .err(),
                LvmChangesTest::nothing);
        assertThat(change(D1_A, LockMode.UNLOCKED)).isEqualTo(new LockResult.InUse("qemu-system-x86 (pid 4711)"));
    }

    @Test
    void a_release_while_lvmlockd_is_dead_is_unknown_and_an_acquisition_refused() {
        Recording.Run release = Recording.run("08-lvmlockd-kill", "h2", "lvchange -an vg0/d1_a");
        host.recorded("lvmlockctl --info --dump", Recording.run("08-lvmlockd-kill", "h2", "lvmlockctl -i"));
        lvchange(release.status(), release.err(), () -> files.removeDevice(1));
        assertThat(release.status()).isZero();
        assertThat(change(D1_A, LockMode.UNLOCKED)).isInstanceOf(LockResult.Unknown.class);

        Recording.Run take = Recording.run("08-lvmlockd-kill", "h2", "lvchange -aey vg0/d1_a");
        lvchange(take.status(), take.err(), LvmChangesTest::nothing);
        assertThat(change(D1_A, LockMode.EXCLUSIVE)).isEqualTo(new LockResult.LockspaceDown("lvmlockd is not running"));
    }

    @Test
    void nothing_is_granted_in_a_lockspace_that_is_not_live() {
        host.says(
                "sanlock client status -D",
                Recording.run("03-query", "h1", "sanlock client status -D")
                        .out()
                        .replace("monotime=354", "monotime=500"));
        lvchange(0, "", LvmChangesTest::nothing);
        assertThat(change(D1_A, LockMode.EXCLUSIVE)).isInstanceOf(LockResult.LockspaceDown.class);

        host.says("lvmlockctl --info --dump", "info=structs unused_action_count=31\n");
        host.says("sanlock client status -D", "daemon h1\n    use_watchdog=0\n    monotime=9\n");
        Recording.Run release = Recording.run("07-daemons", "h2", "lvchange -an vg0/d1_a");
        lvchange(release.status(), release.err(), () -> files.removeDevice(1));
        assertThat(change(D1_A, LockMode.UNLOCKED))
                .isEqualTo(new LockResult.LockspaceDown("lockspace not started (vgchange --lock-start)"));
    }

    @Test
    void a_group_that_lvm_does_not_see_does_not_make_its_volumes_unknown_to_anybody() {
        Recording.Run run = Recording.run("02-multi-open-errors", "h1", "lvchange -aey nosuchvg/x");
        lvchange(run.status(), run.err().replace("nosuchvg", "vg0"), LvmChangesTest::nothing);
        assertThat(change(D2_A, LockMode.EXCLUSIVE))
                .isEqualTo(new LockResult.LockspaceDown(
                        "LVM does not see volume group vg0 on this host: look at its storage"));
        assertThat(host.lines("lvchange")).hasSize(1);
    }

    @Test
    void a_name_that_belongs_to_another_active_volume_is_not_touched() throws IOException {
        Volume gone = Volume.of("vg0/d1_a", "zzzzzz-0000-0000-0000-0000-0000-zzzzzz");
        assertThat(change(gone, LockMode.UNLOCKED)).isEqualTo(new LockResult.NoSuchVolume());
        files.device(1, "vg0-renamed", dm(D1_A));
        assertThat(change(D1_A, LockMode.SHARED)).isEqualTo(new LockResult.NoSuchVolume());
        assertThat(host.lines()).isEmpty();
    }

    @Test
    void another_volume_that_was_activated_under_the_name_is_released_again() {
        Volume remade = Volume.of("vg0/d2_a", "zzzzzz-0000-0000-0000-0000-0000-zzzzzz");
        lvchange(0, "", () -> {
            lockd("ex " + remade.uuid());
            activate(3, remade);
        });
        assertThat(change(D2_A, LockMode.EXCLUSIVE)).isEqualTo(new LockResult.NoSuchVolume());
        assertThat(host.lines("lvchange")).containsExactly("lvchange -aey vg0/d2_a", "lvchange -an vg0/d2_a");
    }

    @Test
    void a_command_that_does_not_end_fails_the_next_one_at_once() {
        AtomicBoolean living = new AtomicBoolean(true);
        host.answer("lvchange", c -> new CommandResult.Stuck(c, "", "", living::get));
        LockResult stuck = new LockResult.Stuck("lvchange -asy vg0/d1_a");
        assertThat(change(D1_A, LockMode.SHARED)).isEqualTo(stuck);
        assertThat(change(D1_B, LockMode.UNLOCKED)).isEqualTo(stuck);
        assertThat(host.lines("lvchange")).hasSize(1);

        living.set(false);
        lvchange(0, "", () -> lockd("sh " + D1_A.uuid()));
        assertThat(change(D1_A, LockMode.SHARED)).isEqualTo(new LockResult.Granted(LockMode.SHARED));
    }

    @Test
    void a_command_that_had_to_be_stopped_counts_for_what_it_has_done() {
        host.answer("lvchange", c -> new CommandResult.Stopped(c, "", ""));
        lockd("sh " + D1_A.uuid());
        assertThat(manager.change(VG, new TreeSet<>(Set.of(D1_A, D2_A)), LockMode.SHARED))
                .containsEntry(D1_A, new LockResult.Granted(LockMode.SHARED))
                .containsEntry(D2_A, new LockResult.Stuck("lvchange -asy vg0/d2_a vg0/d1_a"));
    }
}
