package io.lockstep.core.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.core.Samples;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.volume.Volume;
import java.time.Instant;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenHandoverTest {

    private static final Instant OPENED = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant SETTLES = OPENED.plusSeconds(120);

    @ParameterizedTest
    @CsvSource({
        "PENDING,  119, PENDING",
        "PENDING,  120, EXPIRED",
        "PENDING,  999, EXPIRED",
        "PENDING,  -60, PENDING",
        "PENDING,  -121, EXPIRED",
        "CONSUMED, 999, CONSUMED",
        "EXPIRED,  0,   EXPIRED"
    })
    void a_reservation_that_is_not_consumed_runs_out(ReservationState before, long seconds, ReservationState after) {
        assertThat(open(Side.TARGET, before).at(OPENED.plusSeconds(seconds)).reservation())
                .isEqualTo(after);
    }

    @Test
    void a_source_has_no_reservation_that_could_run_out() {
        OpenHandover source = open(Side.SOURCE, ReservationState.NONE);
        assertThat(source.at(SETTLES.plusSeconds(999))).isEqualTo(source);
    }

    @ParameterizedTest
    @EnumSource(ReservationState.class)
    void exactly_a_target_has_a_reservation(ReservationState reservation) {
        Side wrong = reservation == ReservationState.NONE ? Side.TARGET : Side.SOURCE;
        assertThatThrownBy(() -> open(wrong, reservation)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void its_volumes_cannot_change_afterwards() {
        SortedSet<Volume> volumes = new TreeSet<>(Set.of(Samples.D1_A));
        OpenHandover handover = open(Side.SOURCE, ReservationState.NONE, volumes);
        volumes.add(Samples.D1_B);
        assertThat(handover.volumes()).containsExactly(Samples.D1_A);
        assertThatThrownBy(() -> handover.volumes().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void an_epoch_grows_and_never_falls_back() {
        Epoch third = new Epoch(3);
        assertThat(Epoch.NONE.next()).isEqualTo(new Epoch(1));
        assertThat(third.highest(Epoch.NONE)).isEqualTo(third);
        assertThat(Epoch.NONE.highest(third)).isEqualTo(third);
        assertThat(third).isGreaterThan(new Epoch(2)).hasToString("3");
        assertThatThrownBy(() -> new Epoch(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Epoch(Long.MAX_VALUE)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1-1-1-1-1", "22222222-0000-0000-0000-000000000002 "})
    void what_is_no_uuid_is_no_handover_id(String text) {
        assertThatThrownBy(() -> HandoverId.of(text)).isInstanceOf(IllegalArgumentException.class);
    }

    private static OpenHandover open(Side side, ReservationState reservation) {
        return open(side, reservation, new TreeSet<>(Set.of(Samples.D1_A)));
    }

    private static OpenHandover open(Side side, ReservationState reservation, SortedSet<Volume> volumes) {
        return new OpenHandover(
                HandoverId.of("22222222-0000-0000-0000-000000000002"),
                new Epoch(1),
                Samples.D1,
                "d1",
                side,
                new HostName("h2"),
                volumes,
                reservation,
                OPENED,
                SETTLES);
    }
}
