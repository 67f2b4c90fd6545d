package io.lockstep.proto.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Timestamp;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.HandoverPhase;
import io.lockstep.core.handover.Side;
import io.lockstep.core.handover.SideProgress;
import io.lockstep.core.reconcile.Drift;
import io.lockstep.core.volume.Generation;
import io.lockstep.core.volume.HostId;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.LockspaceState;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.Volume;
import io.lockstep.proto.v1.HandoverRef;
import io.lockstep.proto.v1.Lockspace;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ProtosTest {

    private static final Volume DISK = Volume.of("vg0/d1_a", "j2hSQS-PryZ-pKgm-5oY0-0pI6-dVfO-RgW4Uf");

    @ParameterizedTest
    @EnumSource(LockMode.class)
    void every_mode_comes_back(LockMode mode) {
        assertThat(Protos.mode(Protos.mode(mode))).isEqualTo(mode);
    }

    @ParameterizedTest
    @EnumSource(OwnDomain.class)
    void every_look_comes_back(OwnDomain own) {
        assertThat(Protos.own(Protos.own(own))).isEqualTo(own);
    }

    @ParameterizedTest
    @EnumSource(SideProgress.class)
    void every_progress_comes_back(SideProgress progress) {
        assertThat(Protos.progress(Protos.progress(progress))).isEqualTo(progress);
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void every_side_comes_back(Side side) {
        assertThat(Protos.side(Protos.side(side))).isEqualTo(side);
    }

    @Test
    void phases_and_drifts_have_words_of_their_own() {
        assertThat(Arrays.stream(HandoverPhase.values()).map(Protos::phase)).doesNotHaveDuplicates();
        assertThat(Arrays.stream(Drift.Kind.values()).map(ResultProtos::kind)).doesNotHaveDuplicates();
    }

    static Stream<LockResult> results() {
        return Stream.of(
                new LockResult.Granted(LockMode.SHARED),
                new LockResult.HeldElsewhere(Optional.empty()),
                new LockResult.HeldElsewhere(Optional.of(new HostId(2))),
                new LockResult.InUse("qemu"),
                new LockResult.NotShareable("thin"),
                new LockResult.NotActivated(),
                new LockResult.LockspaceDown("not started"),
                new LockResult.NoSuchVolume(),
                new LockResult.Stuck("lvchange"),
                new LockResult.Unknown("noise"));
    }

    @ParameterizedTest
    @MethodSource("results")
    void every_result_comes_back_with_its_reason(LockResult result) {
        io.lockstep.proto.v1.LockResult message = ResultProtos.result(DISK, result);

        assertThat(ResultProtos.result(message)).isEqualTo(result);
        assertThat(message.getReason()).isEqualTo(result.reason());
        assertThat(Protos.volume(message.getVolume())).isEqualTo(DISK);
    }

    @Test
    void a_claimed_volume_is_no_grant_to_whoever_reads_it() {
        assertThat(ResultProtos.result(ResultProtos.claimed(DISK, "uuid", "web"))
                        .granted())
                .isFalse();
        assertThat(ResultProtos.result(io.lockstep.proto.v1.LockResult.getDefaultInstance())
                        .granted())
                .isFalse();
    }

    @Test
    void only_a_live_lockspace_has_a_host_id_and_a_generation() {
        VgName vg = new VgName("vg0");
        Lockspace live = ResultProtos.lockspace(vg, new LockspaceState.Live(new HostId(3), new Generation(7)));
        Lockspace lost = ResultProtos.lockspace(vg, new LockspaceState.Lost("no renewal"));

        assertThat(live.getHostId()).isEqualTo(3);
        assertThat(live.getGeneration()).isEqualTo(7);
        assertThat(lost.getState()).isEqualTo(Lockspace.State.STATE_LOST);
        assertThat(lost.getHostId()).isZero();
        assertThat(lost.getReason()).isEqualTo("no renewal");
    }

    @Test
    void handovers_and_times_come_back() {
        HandoverId id = HandoverId.of("22222222-0000-0000-0000-000000000001");
        DomainUuid domain = DomainUuid.of("11111111-0000-0000-0000-000000000001");
        HandoverRef ref = Protos.ref(id, domain, new Epoch(9));
        Instant time = Instant.parse("2026-11-22T20:00:00.123456789Z");

        assertThat(Protos.id(ref)).isEqualTo(id);
        assertThat(Protos.epoch(ref)).isEqualTo(new Epoch(9));
        assertThat(Protos.domain(ref.getDomainUuid())).isEqualTo(domain);
        assertThat(Protos.time(Protos.time(time))).isEqualTo(time);
    }

    @Test
    void what_makes_no_sense_is_named() {
        assertThatThrownBy(() -> Protos.volume(io.lockstep.proto.v1.Volume.newBuilder()
                        .setVg("vg0")
                        .setLv("-rf")
                        .build()))
                .hasMessageContaining("volume: \"-rf\"");
        assertThatThrownBy(() -> Protos.volume(io.lockstep.proto.v1.Volume.newBuilder()
                        .setVg("vg0")
                        .setLv("x")
                        .build()))
                .hasMessageContaining("volume.uuid");
        assertThatThrownBy(() -> Protos.mode(io.lockstep.proto.v1.LockMode.LOCK_MODE_UNSPECIFIED))
                .hasMessageContaining("mode: not set");
        assertThatThrownBy(() -> Protos.id(HandoverRef.getDefaultInstance())).hasMessageContaining("handover.id");
        assertThatThrownBy(() -> Protos.host("a b")).hasMessageContaining("host: \"a b\"");
    }

    @Test
    void a_look_in_a_newer_word_is_unknown() {
        assertThat(Protos.own(io.lockstep.proto.v1.OwnDomain.UNRECOGNIZED)).isEqualTo(OwnDomain.UNKNOWN);
    }

    @Test
    void a_time_that_no_timestamp_may_name_is_refused() {
        for (Timestamp.Builder each : List.of(
                Timestamp.newBuilder().setSeconds(Long.MAX_VALUE),
                Timestamp.newBuilder().setSeconds(Long.MIN_VALUE),
                Timestamp.newBuilder().setNanos(-1),
                Timestamp.newBuilder().setNanos(1_000_000_000))) {
            assertThatThrownBy(() -> Protos.time(each.build()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("time: ");
        }
    }
}
