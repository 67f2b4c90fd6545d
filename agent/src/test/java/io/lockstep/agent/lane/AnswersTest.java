package io.lockstep.agent.lane;

import static io.lockstep.core.volume.LockMode.EXCLUSIVE;
import static io.lockstep.core.volume.LockMode.SHARED;
import static io.lockstep.core.volume.LockMode.UNLOCKED;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.core.volume.Generation;
import io.lockstep.core.volume.HostId;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.LockspaceState;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.VgReading;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeReading;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a request is told, from what is read back and what its command said. */
class AnswersTest {

    private static final Volume ROOT = Volume.of("vg0/root", "AAAAAA-PryZ-pKgm-5oY0-0pI6-dVfO-RgW401");
    private static final LockResult BUSY = new LockResult.InUse("qemu");
    private static final LockResult STUCK = new LockResult.Stuck("lvchange");
    private static final LockspaceState LIVE = new LockspaceState.Live(new HostId(1), new Generation(1));

    /** @param said what the pass's command said of it; empty when there was none */
    record Row(String name, LockMode held, boolean active, List<LockResult> said, LockMode content, String told) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Row> rows() {
        List<LockResult> nothing = List.of();
        return Stream.of(
                new Row("held as wanted", EXCLUSIVE, true, nothing, EXCLUSIVE, "granted EXCLUSIVE"),
                new Row("held in a stronger mode", EXCLUSIVE, true, nothing, SHARED, "granted EXCLUSIVE"),
                new Row("held, without its device", EXCLUSIVE, false, nothing, EXCLUSIVE, "held EXCLUSIVE where"),
                new Row("held in a weaker mode", SHARED, true, nothing, EXCLUSIVE, "held SHARED where EXCLUSIVE"),
                new Row("refused", UNLOCKED, false, List.of(BUSY), EXCLUSIVE, BUSY.reason()),
                new Row("refused, and held as wanted", EXCLUSIVE, true, List.of(BUSY), EXCLUSIVE, "granted EXCLUSIVE"),
                // Its command may be a release that is still to come.
                new Row(
                        "held by a command that did not end",
                        EXCLUSIVE,
                        true,
                        List.of(STUCK),
                        EXCLUSIVE,
                        STUCK.reason()),
                new Row("not released", EXCLUSIVE, true, List.of(BUSY), UNLOCKED, BUSY.reason()),
                new Row("released", UNLOCKED, false, nothing, UNLOCKED, "granted UNLOCKED"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void a_request_is_granted_only_what_is_seen_held_and_active_and_stays(Row row) {
        VgReading reading = new VgReading(
                new VgName("vg0"),
                LIVE,
                row.held() == UNLOCKED ? List.of() : List.of(new VolumeReading(ROOT, row.held(), row.active(), false)));
        Map<Volume, LockResult> said =
                row.said().isEmpty() ? Map.of() : Map.of(ROOT, row.said().getFirst());

        LockResult told = told(reading, said, row.content());

        assertThat(told instanceof LockResult.Granted granted ? "granted " + granted.mode() : told.reason())
                .contains(row.told());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void where_nothing_can_be_read_nothing_is_granted(Row row) {
        VgReading unknown = VgReading.unknown(new VgName("vg0"), "lvmlockd does not answer");

        LockResult told = told(unknown, Map.of(), row.content());

        assertThat(told).isEqualTo(new LockResult.LockspaceDown("lvmlockd does not answer"));
    }

    private static LockResult told(VgReading reading, Map<Volume, LockResult> said, LockMode content) {
        return Objects.requireNonNull(
                new Answers(reading, said).to(Map.of(ROOT, content)).get(ROOT));
    }
}
