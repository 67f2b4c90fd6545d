package io.lockstep.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.core.domain.DomainJob;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HypervisorReading;
import io.lockstep.libvirt.nativeapi.Connection;
import io.lockstep.libvirt.nativeapi.LibvirtException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One domain of which libvirt does not tell all. */
@Timeout(120)
class LookTest {

    @BeforeAll
    static void libvirt() {
        TestDriver.required();
    }

    @Test
    void a_domain_whose_job_is_not_told_is_unknown_and_the_others_are_seen() throws Exception {
        try (Lane<Connection> lane = new Lane<>("looks", 1, "test", Link.to(TestDriver.file("node.xml")))) {
            HypervisorReading.Seen seen = lane.call(
                    Look.LISTING,
                    Duration.ofSeconds(60),
                    (connection, progress) -> Look.at(connection, progress, domain -> {
                        if (domain.name().equals("web")) {
                            throw new NoAnswerException("its monitor hangs", true);
                        }
                        return DomainJob.NONE;
                    }));

            assertThat(seen.domains()).extracting(d -> d.name()).containsExactly("halted");
            assertThat(seen.unknown()).containsExactly(DomainUuid.of("11111111-0000-0000-0000-000000000001"));
        }
    }

    @Test
    void libvirts_own_timeout_is_told_from_its_other_errors() {
        assertThat(new LibvirtException(68, "cannot acquire state change lock").timedOut())
                .isTrue();
        assertThat(new LibvirtException(55, "not now").timedOut()).isFalse();
    }
}
