package io.lockstep.agent.hook;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.core.domain.HostName;
import io.lockstep.service.action.ManualAction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files as {@code lockstepctl bypass} writes them. */
class BypassWatchTest {

    private static final Instant GIVEN = Instant.parse("2025-06-01T12:00:00Z");

    @TempDir
    private Path directory;

    private final List<ManualAction> told = new ArrayList<>();

    private BypassWatch watch() {
        return new BypassWatch(directory, new HostName("h1"), told::add, () -> GIVEN.plusSeconds(60));
    }

    private Path gives(String file) throws IOException {
        return Files.writeString(directory.resolve(file), """
                until=1748779800
                by=ada
                at=1748779200
                reason=agent's disk is full
                """);
    }

    @Test
    void a_bypass_is_told_once_with_who_gave_it_why_and_until_when() throws IOException {
        gives("my%20guest.bypass");
        BypassWatch watch = watch();
        watch.look();
        watch.look();

        assertThat(told).singleElement().satisfies(a -> {
            assertThat(a.action()).isEqualTo("bypass");
            assertThat(a.host()).isEqualTo("h1");
            assertThat(a.domain()).isEqualTo("my guest");
            assertThat(a.requestedBy()).isEqualTo("ada");
            assertThat(a.reason()).isEqualTo("agent's disk is full");
            assertThat(a.at()).isEqualTo(GIVEN);
            assertThat(a.result()).isEqualTo("until 2025-06-01T12:10:00Z");
        });
    }

    @Test
    void after_a_restart_of_the_agent_it_is_the_same_action() throws IOException {
        gives("web.bypass");
        watch().look();
        watch().look();

        assertThat(told)
                .hasSize(2)
                .extracting(ManualAction::id)
                .containsOnly(told.getFirst().id());
    }

    @Test
    void a_bypass_that_is_taken_away_before_its_time_is_told_too() throws IOException {
        Path file = gives("web.bypass");
        BypassWatch watch = watch();
        watch.look();
        Files.delete(file);
        watch.look();

        assertThat(told).extracting(ManualAction::action).containsExactly("bypass", "bypass --end");
    }

    @Test
    void what_is_no_bypass_is_told_to_nobody() throws IOException {
        Files.writeString(directory.resolve("web.bypass"), "until=soon\n");
        Files.writeString(directory.resolve("README"), "until=1748779800\nat=1748779200\n");
        watch().look();

        assertThat(told).isEmpty();
    }
}
