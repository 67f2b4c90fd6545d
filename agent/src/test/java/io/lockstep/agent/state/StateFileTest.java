package io.lockstep.agent.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.core.claim.DomainClaims;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.OpenHandover;
import io.lockstep.core.handover.ReservationState;
import io.lockstep.core.handover.Side;
import io.lockstep.core.handover.SideProgress;
import io.lockstep.core.volume.Generation;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFileTest {

    private static final Volume DISK = Volume.of("vg0/d1_a", "j2hSQS-PryZ-pKgm-5oY0-0pI6-dVfO-RgW4Uf");
    private static final DomainUuid WEB = DomainUuid.of("11111111-0000-0000-0000-000000000001");
    private static final DomainUuid DB = DomainUuid.of("11111111-0000-0000-0000-000000000002");
    private static final HandoverId ID = HandoverId.of("22222222-0000-0000-0000-000000000001");
    private static final Instant NOW = Instant.parse("2026-11-22T20:00:00.123456789Z");

    @TempDir
    Path directory;

    private static OpenHandover handover(DomainUuid domain) {
        return new OpenHandover(
                ID,
                new Epoch(7),
                domain,
                "wéb \"1\"",
                Side.TARGET,
                new HostName("h1"),
                new TreeSet<>(Set.of(DISK)),
                ReservationState.PENDING,
                NOW,
                NOW.plusSeconds(120));
    }

    private static AgentState everything() {
        return AgentState.EMPTY
                .in("boot-1", NOW)
                .with(DomainClaims.of(WEB, "wéb \"1\"", Map.of(DISK, LockMode.EXCLUSIVE))
                        .under(Optional.of(ID)))
                .acquiring(Set.of(DISK), new VgName("vg0"), new Acquisition("boot-1", new Generation(3)))
                .with(handover(DB))
                .closing(ID, SideProgress.GONE, NOW)
                .with(handover(WEB));
    }

    @Test
    void everything_that_is_saved_is_loaded_again() throws IOException {
        StateFile file = new StateFile(directory.resolve("agent.json"));

        file.save(everything());

        assertThat(file.load()).isEqualTo(everything());
        assertThat(everything().highestEpoch(DB)).isEqualTo(new Epoch(7));
    }

    @Test
    void there_is_no_state_before_the_first_save() throws IOException {
        assertThat(new StateFile(directory.resolve("agent.json")).load()).isEqualTo(AgentState.EMPTY);
    }

    @Test
    void only_the_agent_may_read_it() throws IOException {
        StateFile file = new StateFile(directory.resolve("agent.json"));
        file.save(everything());

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())))
                .isEqualTo("rw-------");
    }

    @Test
    void a_file_that_a_crash_left_half_written_beside_it_does_no_harm() throws IOException {
        StateFile file = new StateFile(directory.resolve("agent.json"));
        file.save(everything());
        Files.writeString(directory.resolve("agent.json.new"), "{\"format\":1,\"bo");

        assertThat(file.load()).isEqualTo(everything());
        file.save(AgentState.EMPTY);
        assertThat(file.load()).isEqualTo(AgentState.EMPTY);
    }

    @Test
    void a_file_that_cannot_be_understood_is_named_with_the_way_out_and_left_alone() throws IOException {
        Path path = directory.resolve("agent.json");
        for (String broken : new String[] {"", "{", "[]", "{\"format\": 99}", "{\"format\": 1, \"claims\": null}"}) {
            Files.writeString(path, broken);

            assertThatThrownBy(() -> new StateFile(path).load())
                    .as(broken)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(path.toString())
                    .hasMessageContaining("Move it away to start without it");
            assertThat(path).hasContent(broken);
        }
    }

    @Test
    void of_an_older_boot_only_epochs_and_news_are_left() {
        AgentState next = everything().in("boot-2", NOW.plusSeconds(1));

        assertThat(next.claims()).isEmpty();
        assertThat(next.acquired()).isEmpty();
        assertThat(next.handovers()).isEmpty();
        assertThat(next.highestEpoch(WEB)).isEqualTo(new Epoch(7));
        assertThat(next.closed()).extracting(c -> c.handover().domain()).contains(WEB);
        assertThat(everything().in("boot-1", NOW)).isEqualTo(everything());
    }
}
