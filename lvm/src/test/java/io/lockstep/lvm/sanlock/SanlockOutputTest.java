package io.lockstep.lvm.sanlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.core.volume.Generation;
import io.lockstep.core.volume.HostId;
import io.lockstep.core.volume.Lease;
import io.lockstep.lvm.Recording;
import io.lockstep.lvm.command.UnreadableOutputException;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SanlockOutputTest {

    private static final String D1_A = "j2hSQS-PryZ-pKgm-5oY0-0pI6-dVfO-RgW4Uf";
    private static final String D1_B = "jgGbKJ-fpYp-9Gdx-D9IU-Djs7-yp17-Dh1Mr6";
    private static final String D2_A = "asMreW-T7Pe-lFLs-Ufn4-Gqv6-VbeW-OrXAdJ";

    @Test
    void the_status_shows_renewals_on_sanlocks_own_clock() throws Exception {
        SanlockStatus status = SanlockStatus.parse(
                Recording.run("03-query", "h1", "sanlock client status -D").out());

        assertThat(status.hostName()).isEqualTo("h1");
        assertThat(status.watchdog()).isFalse();
        assertThat(status.monotime()).isEqualTo(354);
        assertThat(status.space("lvm_vg0"))
                .contains(new SanlockSpace(
                        "lvm_vg0", 1, "/dev/mapper/vg0-lvmlock", true, 1, 10, 1048576, false, false, 176, 340));
        assertThat(status.resources()).hasSize(2).first().satisfies(r -> {
            assertThat(r.name()).isEqualTo(D1_B);
            assertThat(r.shared()).isTrue();
            assertThat(r.orphan()).isFalse();
        });
    }

    @Test
    void the_leases_of_a_dead_lvmlockd_are_orphans() throws Exception {
        String lines = Recording.run("08-lvmlockd-kill", "h2", "sanlock client status")
                .out()
                .lines()
                .filter(l -> l.startsWith("r "))
                .reduce("", (a, b) -> a + b + "\n");
        // The recording is of the status without -D.
        SanlockStatus status = SanlockStatus.parse("daemon h2\n    use_watchdog=0\n    monotime=5\n" + lines);
        assertThat(status.orphans("lvm_vg0")).extracting(SanlockResource::name).containsExactly(D1_B, D1_A);
        assertThat(status.orphans("lvm_other")).isEmpty();
    }

    @Test
    void a_sanlock_that_is_dead_gives_no_answer() {
        assertThatThrownBy(() -> SanlockStatus.parse("\n")).isInstanceOf(UnreadableOutputException.class);
    }

    @Test
    void hosts_have_sanlocks_word_for_one_generation() throws Exception {
        HostStates states = HostStates.parse(
                Recording.run("03-query", "h1", "sanlock client gets").out());
        assertThat(states.of("lvm_vg0").orElseThrow())
                .containsExactly(
                        new HostStates.HostState(1, 1, 319, "LIVE"), new HostStates.HostState(2, 1, 266, "LIVE"));
    }

    @Test
    void hosts_that_are_not_ready_are_not_known() throws Exception {
        String gets = Recording.run("09-crash", "h2", "sanlock client gets")
                .out()
                .lines()
                .limit(2)
                .reduce("", (a, b) -> a + b + "\n");
        assertThat(gets).contains("hosts not ready");
        assertThat(HostStates.parse(gets).of("lvm_vg0")).isEmpty();
    }

    @Test
    void hosts_have_names_where_they_were_given_one() throws Exception {
        HostNames names = HostNames.parse(
                Recording.run("03-query", "h2", "sanlock client host_status -D").out());
        assertThat(names.host("lvm_vg0", 1)).contains(new HostNames.HostDetail(1, 1, 340, 287, 10, "h1"));
        assertThat(names.host("lvm_vg0", 3)).isEmpty();
        assertThat(names.host("lvm_vg1", 1)).isEmpty();
    }

    @Test
    void the_lease_area_tells_an_exclusive_owner_from_shared_holders() throws Exception {
        LeaseArea area = LeaseArea.parse(
                Recording.run("04-owner-on-disk", "h2", "sanlock direct dump /dev/mapper/vg0-lvmlock:70254592:3145728")
                        .out());
        assertThat(area.row(D1_A).orElseThrow().lease())
                .isEqualTo(new Lease.Exclusive(new HostId(1), new Generation(1)));
        assertThat(area.row(D1_B).orElseThrow().lease())
                .isEqualTo(new Lease.Shared(new TreeSet<>(List.of(new HostId(1), new HostId(2)))));
        assertThat(area.row(D2_A).orElseThrow().lease())
                .isEqualTo(new Lease.Exclusive(new HostId(2), new Generation(1)));
    }

    @Test
    void a_row_without_timestamp_and_holders_is_free_although_it_names_its_last_owner() throws Exception {
        LeaseArea area = LeaseArea.parse(Recording.run(
                        "04-owner-on-disk", "h2", "sanlock direct dump /dev/mapper/vg0-lvmlock:70254592:3145728", 2)
                .out());
        assertThat(area.rows().values()).extracting(LeaseArea.Row::lease).containsOnly(new Lease.Free());
    }

    @Test
    void the_whole_area_with_hosts_and_unused_leases_is_read() throws Exception {
        LeaseArea area = LeaseArea.parse(
                Recording.run("04-owner-on-disk", "h2", "sanlock direct dump").out());
        assertThat(area.rows()).containsKeys("GLLK", "VGLK", D1_A, D1_B, D2_A);
    }

    @Test
    void what_is_not_understood_is_not_taken_for_free() {
        assertThatThrownBy(() -> LeaseArea.parse("")).isInstanceOf(UnreadableOutputException.class);
        assertThatThrownBy(() -> LeaseArea.parse("  offset lockspace resource timestamp own gen lver\nread error -5\n"))
                .isInstanceOf(UnreadableOutputException.class);
    }
}
