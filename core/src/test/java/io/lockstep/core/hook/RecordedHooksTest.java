package io.lockstep.core.hook;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.core.Recordings;
import io.lockstep.core.Recordings.Call;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordedHooksTest {

    private static final ActionMapping MAPPING = ActionMapping.defaults();

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    mig-01-cycle.txt                  | h2 migrate, h2 prepare, h2 start, h2 started, h1 stopped, h1 release migrated
                    mig-02-p2p-undefine-slowhook20.txt | h1 migrate, h1 prepare, h1 start, h1 started, h2 stopped, h2 release migrated
                    mig-03-abort.txt                  | h2 migrate, h2 prepare, h2 start, h2 started, h2 stopped, h2 release failed
                    mig-04-migrate-hook-fails.txt     | h2 migrate
                    mig-05-prepare-hook-fails.txt     | h2 migrate, h2 prepare, h2 stopped, h2 release failed
                    mig-06-target-qemu-killed.txt     | h2 migrate, h2 prepare, h2 start, h2 started, h2 stopped, h2 release crashed
                    mig-07-source-libvirtd-killed.txt | h2 migrate, h2 prepare, h2 start, h2 started, h2 stopped, h2 release destroyed, h1 reconnect
                    mig-08-target-libvirtd-killed.txt | h2 migrate, h2 prepare, h2 start, h2 started, h2 stopped, h2 release daemon
                    mig-09-suspend.txt                | h2 migrate, h2 prepare, h2 start, h2 started, h1 stopped, h1 release migrated
                    mig-10-postcopy.txt               | h1 migrate, h1 prepare, h1 start, h1 started, h2 stopped, h2 release migrated
                    mig-11-offline.txt                | h2 migrate
                    mig-13-lv-missing-on-target.txt   | h2 migrate, h2 prepare, h2 stopped, h2 release failed
                    """)
    void a_recorded_migration_calls_its_hooks_in_this_order(String recording, String calls) {
        Stream<String> seen = Recordings.calls(recording).stream()
                .map(c -> c.host() + " " + c.event().operation().word() + reason(c.event()));
        assertThat(seen).containsExactly(calls.split(", ", -1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"20-libvirt.txt", "21-libvirt-more.txt"})
    void every_recorded_call_is_one_that_is_understood(String recording) {
        assertThat(Recordings.calls(recording))
                .isNotEmpty()
                .extracting(Call::event)
                .allSatisfy(event -> {
                    assertThat(event.name()).isIn("d1", "d2");
                    assertThat(event.suboperation()).isEqualTo(ends(event.operation()) ? "end" : "begin");
                    assertThat(event.extra().equals("-")).isEqualTo(event.operation() != HookOperation.RELEASE);
                });
    }

    /** Whatever is locked for a domain at its start is unlocked when it is over, however it ends. */
    @ParameterizedTest
    @ValueSource(strings = {"20-libvirt.txt", "21-libvirt-more.txt"})
    void every_recorded_end_of_a_domain_calls_for_an_unlock(String recording) {
        List<HookEvent> events =
                Recordings.calls(recording).stream().map(Call::event).toList();
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i).operation() == HookOperation.STOPPED) {
                HookEvent next = events.get(i + 1);
                assertThat(next.name()).isEqualTo(events.get(i).name());
                assertThat(MAPPING.action(next.operation())).isEqualTo(HookAction.UNLOCK);
            }
        }
    }

    @Test
    void the_recorded_reasons_are_all_that_libvirt_gave() {
        Set<String> reasons = Stream.of("20-libvirt.txt", "21-libvirt-more.txt")
                .flatMap(r -> Recordings.calls(r).stream())
                .map(c -> c.event().extra())
                .filter(e -> !e.equals("-"))
                .collect(java.util.stream.Collectors.toSet());
        assertThat(reasons).contains("failed", "destroyed", "shutdown", "saved", "crashed", "daemon");
    }

    @Test
    void a_restore_is_locked_before_its_prepare() {
        assertThat(Recordings.calls("21-libvirt-more.txt"))
                .extracting(c -> c.event().operation())
                .containsSubsequence(HookOperation.RELEASE, HookOperation.RESTORE, HookOperation.PREPARE);
        assertThat(MAPPING.action(HookOperation.RESTORE)).isEqualTo(HookAction.EXCLUSIVE);
    }

    @Test
    void an_event_reads_as_the_hooks_arguments() {
        assertThat(Recordings.calls("mig-01-cycle.txt").getLast().event()).hasToString("d1 release end migrated");
    }

    private static boolean ends(HookOperation operation) {
        return operation == HookOperation.STOPPED || operation == HookOperation.RELEASE;
    }

    private static String reason(HookEvent event) {
        return event.extra().equals("-") ? "" : " " + event.extra();
    }
}
