package io.lockstep.lvm.lvmlockd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LvUuid;
import io.lockstep.lvm.Recording;
import io.lockstep.lvm.command.UnreadableOutputException;
import org.junit.jupiter.api.Test;

class LockdDumpTest {

    private static final LvUuid D1_A = new LvUuid("j2hSQS-PryZ-pKgm-5oY0-0pI6-dVfO-RgW4Uf");
    private static final LvUuid D1_B = new LvUuid("jgGbKJ-fpYp-9Gdx-D9IU-Djs7-yp17-Dh1Mr6");
    private static final LvUuid D2_A = new LvUuid("asMreW-T7Pe-lFLs-Ufn4-Gqv6-VbeW-OrXAdJ");

    @Test
    void a_recorded_dump_shows_the_lockspace_and_the_modes_of_this_host() throws Exception {
        LockdLockspace lockspace = LockdDump.parse(Recording.run("03-query", "h1", "lvmlockctl --info --dump")
                        .out())
                .of("vg0")
                .orElseThrow();

        assertThat(lockspace.name()).isEqualTo("lvm_vg0");
        assertThat(lockspace.vgUuid()).isEqualTo("taWsEO-6izw-qj6Q-cJf0-3xIN-nKuu-x9I32r");
        assertThat(lockspace.sanlock()).isTrue();
        assertThat(lockspace.hostId()).isEqualTo(1);
        assertThat(lockspace.started()).isTrue();
        assertThat(lockspace.killed()).isFalse();
        assertThat(lockspace.lock(D1_A)).isEqualTo(LockMode.EXCLUSIVE);
        assertThat(lockspace.lock(D1_B)).isEqualTo(LockMode.SHARED);
        assertThat(lockspace.lock(D2_A)).isEqualTo(LockMode.UNLOCKED);
    }

    @Test
    void a_lockspace_that_lost_its_storage_says_so() throws Exception {
        LockdDump dump = LockdDump.parse(Recording.run("27-storage-stall", "h2", "timeout 5 lvmlockctl -i --dump")
                .out());
        assertThat(dump.of("vg0").orElseThrow().killed()).isTrue();
    }

    @Test
    void newer_versions_show_a_generation_and_pending_actions() throws Exception {
        // From the sources of LVM 2.03.40.
        LockdDump dump = LockdDump.parse("""
                info=structs unused_action_count=31
                info=ls ls_name=lvm_vg0 vg_name=vg0 vg_uuid=taWsEO vg_args=1.0.0:lvmlock lm_type=sanlock host_id=2 generation=7 create_fail=0 create_done=1 thread_work=0 thread_stop=0 thread_done=0 kill_vg=0 fence_pr=0 no_timeout=0 sanlock_gl_enabled=1
                info=r name=j2hSQS-PryZ-pKgm-5oY0-0pI6-dVfO-RgW4Uf type=lv mode=un sh_count=0 version=0
                info=r_action client_id=4 flags=0x0 version=0 op=lock rt=lv mode=ex lm_type=sanlock result=0 lm_rv=0
                """);
        LockdLockspace lockspace = dump.of("vg0").orElseThrow();
        assertThat(lockspace.generation()).isEqualTo(7);
        assertThat(lockspace.locks()).isEmpty();
        assertThat(lockspace.killed()).isFalse();
        assertThat(lockspace.dropped()).isFalse();
    }

    @Test
    void the_lockspace_in_use_comes_before_one_that_is_being_removed() throws Exception {
        // Assembled from recorded lines.
        LockdDump dump = LockdDump.parse("""
                info=ls ls_name=REM:lvm_vg0 vg_name=vg0 vg_uuid=u lm_type=sanlock host_id=2 create_done=1 kill_vg=0
                info=ls ls_name=lvm_vg0 vg_name=vg0 vg_uuid=u lm_type=sanlock host_id=2 create_done=1 kill_vg=0
                """);
        assertThat(dump.of("vg0").orElseThrow().removed()).isFalse();
        assertThat(dump.of("vg1")).isEmpty();
    }

    @Test
    void what_is_no_dump_is_no_answer() {
        assertThatThrownBy(() -> LockdDump.parse("")).isInstanceOf(UnreadableOutputException.class);
        assertThatThrownBy(() -> LockdDump.parse(
                        Recording.run("03-query", "h1", "lvmlockctl --info").out()))
                .isInstanceOf(UnreadableOutputException.class);
        assertThatThrownBy(() -> LockdDump.parse("""
                        info=ls ls_name=lvm_vg0 vg_name=vg0 lm_type=sanlock kill_vg=0
                        info=r name=j2hSQS-PryZ-pKgm-5oY0-0pI6-dVfO-RgW4Uf type=lv mode=xx
                        """)).isInstanceOf(UnreadableOutputException.class);
    }
}
