package io.lockstep.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.core.domain.DomainJob;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.libvirt.nativeapi.Domain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DomainStatesTest {

    @ParameterizedTest
    @CsvSource({
        "1, 1, running (booted)",
        "1, 5, running (unpaused)",
        "1, 2, running (migrated)",
        "1, 6, running (migration canceled)",
        "1, 10, running (post-copy)",
        "1, 11, running (post-copy failed)",
        "2, 0, idle (unknown)",
        "3, 1, paused (user)",
        "3, 2, paused (migrating)",
        "3, 5, paused (I/O error)",
        "3, 11, paused (starting up)",
        "3, 12, paused (post-copy)",
        "3, 13, paused (post-copy failed)",
        "3, 14, paused (api error)",
        "4, 1, in shutdown (user)",
        "5, 8, shut off (daemon)",
        "6, 1, crashed (panicked)",
        "7, 0, pmsuspended (unknown)"
    })
    void states_and_reasons_have_the_words_of_virsh(int state, int reason, String words) {
        assertThat(DomainStates.of(new Domain.State(state, reason))).hasToString(words);
    }

    @Test
    void a_reason_of_a_newer_libvirt_is_told_by_its_number() {
        assertThat(DomainStates.of(new Domain.State(3, 15))).hasToString("paused (unknown reason 15)");
        assertThat(DomainStates.of(new Domain.State(1, -1))).hasToString("running (unknown reason -1)");
    }

    @Test
    void a_state_of_a_newer_libvirt_counts_as_active() {
        assertThat(OwnDomain.of(DomainStates.of(new Domain.State(8, 0)), DomainJob.NONE))
                .isEqualTo(OwnDomain.ACTIVE);
        assertThat(OwnDomain.of(DomainStates.of(new Domain.State(0, 0)), DomainJob.NONE))
                .isEqualTo(OwnDomain.ACTIVE);
    }

    @Test
    void only_an_outgoing_migration_is_one() {
        assertThat(DomainStates.of(new Domain.Job(0, 0))).isEqualTo(DomainJob.NONE);
        assertThat(DomainStates.of(new Domain.Job(2, 5))).isEqualTo(DomainJob.OUTGOING_MIGRATION);
        assertThat(DomainStates.of(new Domain.Job(2, 4))).isEqualTo(DomainJob.OTHER);
        assertThat(DomainStates.of(new Domain.Job(1, 2))).isEqualTo(DomainJob.OTHER);
        assertThat(DomainStates.of(new Domain.Job(2, 0))).isEqualTo(DomainJob.OTHER);
    }
}
