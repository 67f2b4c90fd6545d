package io.lockstep.lvm;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.core.volume.Generation;
import io.lockstep.core.volume.HostId;
import io.lockstep.core.volume.LockspaceState;
import io.lockstep.core.volume.VgName;
import io.lockstep.lvm.command.Answer;
import io.lockstep.lvm.lvmlockd.LockdDump;
import io.lockstep.lvm.sanlock.SanlockStatus;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LockspacesTest {

    private static final VgName VG = new VgName("vg0");
    private static final String LOCKD =
            Recording.run("03-query", "h1", "lvmlockctl --info --dump").out();
    private static final String SANLOCK =
            Recording.run("03-query", "h1", "sanlock client status -D").out();
    private static final Answer<SanlockStatus> SILENT = new Answer.Missing<>("no answer", Optional.empty());

    private static LockspaceState state(String lockd, String sanlock) throws Exception {
        return Lockspaces.state(VG, LockdDump.parse(lockd), new Answer.Given<>(SanlockStatus.parse(sanlock)));
    }

    /** The recorded status, aged as the recorded one of a stalled storage. */
    private static String aged(long monotime, long renewed) {
        return SANLOCK.replace("monotime=354", "monotime=" + monotime)
                .replace("renewal_last_success=340", "renewal_last_success=" + renewed);
    }

    @Test
    void a_lockspace_that_is_renewed_is_live() throws Exception {
        assertThat(state(LOCKD, SANLOCK)).isEqualTo(new LockspaceState.Live(new HostId(1), new Generation(1)));
    }

    @Test
    void after_eight_io_timeouts_without_a_renewal_it_is_lost() throws Exception {
        assertThat(state(LOCKD, aged(419, 340))).isInstanceOf(LockspaceState.Live.class);
        assertThat(state(LOCKD, aged(420, 340)))
                .isEqualTo(new LockspaceState.Lost("sanlock has not renewed its lease for 80 s (at most 80 s):"
                        + " look at the storage of the volume group"));
    }

    @Test
    void a_dead_space_is_lost_although_its_renewals_came_back() throws Exception {
        // Recorded: space_dead stayed 1 when the storage was back and renewal_last_success was young again.
        assertThat(state(LOCKD, SANLOCK.replace("space_dead=0", "space_dead=1")))
                .isInstanceOf(LockspaceState.Lost.class);
    }

    @Test
    void one_that_lvmlockd_is_told_to_kill_is_lost_with_a_cure() throws Exception {
        assertThat(state(LOCKD.replace("kill_vg=0", "kill_vg=1"), SANLOCK))
                .isInstanceOf(LockspaceState.Lost.class)
                .satisfies(s -> assertThat(s.reason()).contains("lvmlockctl --drop vg0"));
    }

    @Test
    void one_that_nobody_has_is_not_started() throws Exception {
        assertThat(state("info=structs unused_action_count=31\n", "daemon h1\n use_watchdog=0\n monotime=9\n"))
                .isEqualTo(new LockspaceState.NotStarted());
    }

    @Test
    void one_that_is_being_removed_names_the_orphan_leases() throws Exception {
        // ls_name as lvmlockctl --info showed it in the recording of a killed lvmlockd.
        String orphaned = SANLOCK.replace(" p 305\n", " p 305 ORPHAN\n");
        assertThat(state(LOCKD.replace("ls_name=lvm_vg0", "ls_name=REM:lvm_vg0"), orphaned))
                .isInstanceOf(LockspaceState.Lost.class)
                .satisfies(s -> assertThat(s.reason())
                        .contains("REM:", "orphan leases", "j2hSQS-PryZ-pKgm-5oY0-0pI6-dVfO-RgW4Uf"));
    }

    @Test
    void one_that_a_restarted_lvmlockd_has_forgotten_is_lost_with_its_orphans() throws Exception {
        String orphaned = SANLOCK.replace(" p 305\n", " p 305 ORPHAN\n");
        assertThat(state("info=structs x=1\n", orphaned)).isInstanceOf(LockspaceState.Lost.class);
        assertThat(state("info=structs x=1\n", SANLOCK)).isInstanceOf(LockspaceState.Unknown.class);
    }

    @Test
    void without_sanlocks_answer_it_is_unknown_and_after_its_restart_lost() throws Exception {
        assertThat(Lockspaces.state(VG, LockdDump.parse(LOCKD), SILENT))
                .isEqualTo(new LockspaceState.Unknown("sanlock does not answer: no answer"));
        assertThat(state(LOCKD, "daemon h1\n use_watchdog=0\n monotime=9\n")).isInstanceOf(LockspaceState.Lost.class);
    }

    @Test
    void one_that_sanlock_gave_up_unheard_is_lost_until_it_was_stopped_and_started() throws Exception {
        // This host held no lock when the storage stalled: lvmlockd was not told, and shows the lockspace as good.
        assertThat(recorded(0))
                .isEqualTo(new LockspaceState.Lost("sanlock has given the lockspace up (space_dead):"
                        + " look at the storage of the volume group"));
        assertThat(recorded(1))
                .isInstanceOf(LockspaceState.Lost.class)
                .satisfies(s -> assertThat(s.reason())
                        .contains("sanlock has no lockspace lvm_vg0")
                        .endsWith("vgchange -an vg0; vgchange --lock-stop vg0; vgchange --lock-start vg0"));
        assertThat(recorded(2)).isEqualTo(new LockspaceState.Live(new HostId(2), new Generation(2)));
    }

    /** What the n-th look at the recorded stall saw: given up, storage back, stopped and started. */
    private static LockspaceState recorded(int n) throws Exception {
        return state(
                Recording.run("29-idle-stall", "h2", "lvmlockctl --info --dump", n)
                        .out(),
                Recording.run("29-idle-stall", "h2", "sanlock client status -D", n)
                        .out());
    }

    @Test
    void one_that_starts_is_unknown() throws Exception {
        assertThat(state(LOCKD.replace("create_done=1", "create_done=0"), SANLOCK))
                .isEqualTo(new LockspaceState.Unknown("lock start in progress"));
    }

    @Test
    void with_dlm_the_word_of_lvmlockd_is_all_there_is() throws Exception {
        String dlm = LOCKD.replace("lm_type=sanlock", "lm_type=dlm").replace("host_id=1", "host_id=0");
        assertThat(Lockspaces.state(VG, LockdDump.parse(dlm), SILENT)).isInstanceOf(LockspaceState.Live.class);
    }
}
