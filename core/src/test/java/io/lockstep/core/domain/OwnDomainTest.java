package io.lockstep.core.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.core.Recordings;
import io.lockstep.core.Samples;
import io.lockstep.core.domain.DomainState.Lifecycle;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OwnDomainTest {

    @ParameterizedTest
    @CsvSource(textBlock = """
                    running,     booted,           NONE,               ACTIVE
                    running,     booted,           OUTGOING_MIGRATION, OUTGOING
                    running,     booted,           OTHER,              ACTIVE
                    running,     migrated,         NONE,               ACTIVE
                    running,     unpaused,         NONE,               ACTIVE
                    running,     '',               NONE,               ACTIVE
                    running,     post-copy,        NONE,               POST_COPY
                    running,     post-copy failed, NONE,               POST_COPY_FAILED
                    running,     starting up,      NONE,               ACTIVE
                    running,     migrating,        NONE,               ACTIVE
                    idle,        '',               NONE,               ACTIVE
                    paused,      user,             NONE,               ACTIVE
                    paused,      user,             OUTGOING_MIGRATION, OUTGOING
                    paused,      I/O error,        NONE,               ACTIVE
                    paused,      watchdog,         NONE,               ACTIVE
                    paused,      saving,           OTHER,              ACTIVE
                    paused,      crashed,          NONE,               ACTIVE
                    paused,      starting up,      NONE,               STARTING
                    paused,      migrating,        NONE,               PAUSED_MIGRATING
                    paused,      migrating,        OTHER,              PAUSED_MIGRATING
                    paused,      migrating,        OUTGOING_MIGRATION, OUTGOING
                    paused,      post-copy,        OUTGOING_MIGRATION, POST_COPY_PAUSED
                    paused,      post-copy,        NONE,               POST_COPY_PAUSED
                    paused,      post-copy failed, NONE,               POST_COPY_FAILED
                    in shutdown, '',               NONE,               ACTIVE
                    crashed,     panicked,         NONE,               ACTIVE
                    pmsuspended, '',               NONE,               ACTIVE
                    shut off,    migrated,         NONE,               ABSENT
                    shut off,    crashed,          NONE,               ABSENT
                    shut off,    failed,           OUTGOING_MIGRATION, ABSENT
                    """)
    void a_state_and_a_job_make_one_row_of_the_handover_table(
            String lifecycle, String reason, DomainJob job, OwnDomain own) {
        assertThat(OwnDomain.of(state(lifecycle, reason), job)).isEqualTo(own);
    }

    @Test
    void a_domain_that_libvirt_does_not_list_is_absent() {
        assertThat(OwnDomain.of(Optional.empty())).isEqualTo(OwnDomain.ABSENT);
        assertThat(OwnDomain.of(Optional.of(new DomainReading(
                        Samples.D1, "d1", DomainState.paused("migrating"), DomainJob.NONE, "<domain/>"))))
                .isEqualTo(OwnDomain.PAUSED_MIGRATING);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mig-01-cycle.txt",
                "mig-03-abort.txt",
                "mig-06-target-qemu-killed.txt",
                "mig-07-source-libvirtd-killed.txt",
                "mig-08-target-libvirtd-killed.txt",
                "mig-09-suspend.txt",
                "mig-10-postcopy.txt",
                "mig-11-offline.txt"
            })
    void every_recorded_state_is_one_that_is_known(String recording) {
        assertThat(Recordings.states(recording)).isNotEmpty().allSatisfy(s -> state(s.get(0), s.get(1)));
    }

    @Test
    void a_recorded_migration_passes_through_the_rows_of_the_table() {
        Stream<OwnDomain> rows = Recordings.states("mig-01-cycle.txt").stream()
                .map(s -> OwnDomain.of(state(s.get(0), s.get(1)), DomainJob.NONE));
        assertThat(rows)
                .containsExactly(
                        OwnDomain.ACTIVE,
                        OwnDomain.STARTING,
                        OwnDomain.PAUSED_MIGRATING,
                        OwnDomain.ACTIVE,
                        OwnDomain.ABSENT);
    }

    @Test
    void a_guest_that_arrived_suspended_is_active_and_not_incoming() {
        assertThat(Recordings.states("mig-09-suspend.txt")).contains(List.of("paused", "user"));
        assertThat(OwnDomain.of(DomainState.paused("user"), DomainJob.NONE)).isEqualTo(OwnDomain.ACTIVE);
    }

    @Test
    void a_known_process_is_present_and_silence_is_not_presence() {
        assertThat(Arrays.stream(OwnDomain.values()).filter(d -> !d.present()))
                .containsExactlyInAnyOrder(OwnDomain.UNKNOWN, OwnDomain.ABSENT);
    }

    @Test
    void a_state_reads_as_virsh_prints_it() {
        assertThat(DomainState.paused("starting up")).hasToString("paused (starting up)");
        assertThat(DomainState.shutOff("")).hasToString("shut off");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "d1", "1-1-1-1-1", "0111111110-000-0000-0000-00000000001"})
    void what_is_no_uuid_in_libvirts_form_is_no_domain_uuid(String text) {
        assertThatThrownBy(() -> DomainUuid.of(text)).isInstanceOf(IllegalArgumentException.class);
    }

    private static DomainState state(String lifecycle, String reason) {
        return new DomainState(
                Arrays.stream(Lifecycle.values())
                        .filter(l -> l.words().equals(lifecycle))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError(lifecycle)),
                reason);
    }
}
