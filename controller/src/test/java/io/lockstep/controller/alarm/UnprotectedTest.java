package io.lockstep.controller.alarm;

import static io.lockstep.controller.fake.Samples.A;
import static io.lockstep.controller.fake.Samples.DATA;
import static io.lockstep.controller.fake.Samples.HOST_TIME;
import static io.lockstep.controller.fake.Samples.NAME;
import static io.lockstep.controller.fake.Samples.ROOT;
import static io.lockstep.controller.fake.Samples.WEB;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.controller.fake.FakeAgent;
import io.lockstep.controller.fake.FakeCluster;
import io.lockstep.core.volume.Volume;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.v1.Claim;
import io.lockstep.proto.v1.Drift;
import io.lockstep.proto.v1.Inventory;
import io.lockstep.proto.v1.LockMode;
import io.lockstep.proto.v1.Lockspace;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UnprotectedTest {

    private final FakeCluster cluster = new FakeCluster();
    private final FakeAgent a = cluster.host(A);
    private String reason = "sanlock has given it up";

    @BeforeEach
    void start() {
        cluster.settled();
        cluster.runs(A);
    }

    private static Drift drift(Drift.Kind kind, Volume volume, String refusal) {
        return Drift.newBuilder()
                .setKind(kind)
                .setVolume(Protos.volume(volume))
                .setHeld(LockMode.LOCK_MODE_UNLOCKED)
                .setNeeded(LockMode.LOCK_MODE_EXCLUSIVE)
                .setSince(Protos.time(HOST_TIME))
                .setRefusal(refusal)
                .build();
    }

    private void shows(Duration later, Drift... drifts) {
        shows(later, Lockspace.State.STATE_LIVE, drifts);
    }

    private void shows(Duration later, Lockspace.State lockspace, Drift... drifts) {
        Inventory.Builder message =
                Inventory.newBuilder().setAt(Protos.time(HOST_TIME.plus(later))).addAllDrifts(List.of(drifts));
        message.addLockspaces(Lockspace.newBuilder()
                .setVg(ROOT.vg().value())
                .setState(lockspace)
                .setReason(reason));
        for (Volume each : List.of(ROOT, DATA)) {
            message.addClaims(Claim.newBuilder()
                    .setDomainUuid(WEB.toString())
                    .setDomainName(NAME)
                    .setVolume(Protos.volume(each))
                    .setMode(LockMode.LOCK_MODE_EXCLUSIVE));
        }
        a.message = message.build();
        a.sends();
        cluster.controller.look();
    }

    private List<Alarm> standing() {
        return cluster.controller.alarms().list();
    }

    @Test
    void a_guest_that_is_refused_its_lock_for_a_minute_raises_an_alarm_until_it_has_it() {
        Drift refused = drift(Drift.Kind.KIND_UNPROTECTED, ROOT, "held on hv-b");
        shows(Duration.ofSeconds(59), refused);
        assertThat(standing()).isEmpty();

        shows(Duration.ofSeconds(60), refused);
        assertThat(standing()).singleElement().satisfies(alarm -> {
            assertThat(alarm.kind()).isEqualTo(AlarmKind.UNPROTECTED);
            assertThat(alarm.domain()).isEqualTo(WEB);
            assertThat(alarm.hosts()).containsExactly(A);
            assertThat(alarm.text())
                    .isEqualTo("the guest runs on hv-a without the locks that it needs, and another host may get them:"
                            + " vg0/web1_root is held UNLOCKED where EXCLUSIVE is needed (held on hv-b)");
            assertThat(alarm.choices())
                    .extracting(c -> c.command())
                    .containsExactly("lockstepctl why vg0/web1_root", "virsh suspend web1");
        });

        shows(Duration.ofSeconds(65));
        assertThat(standing()).isEmpty();
    }

    @Test
    void several_volumes_of_one_guest_are_one_alarm() {
        shows(
                Duration.ofMinutes(2),
                drift(Drift.Kind.KIND_TOO_WEAK, ROOT, ""),
                drift(Drift.Kind.KIND_UNPROTECTED, DATA, ""));

        assertThat(standing())
                .singleElement()
                .satisfies(
                        alarm -> assertThat(alarm.text()).contains("vg0/web1_data is held", "; vg0/web1_root is held"));
    }

    @ParameterizedTest
    @EnumSource(
            value = Drift.Kind.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"KIND_TOO_WEAK", "KIND_UNPROTECTED", "UNRECOGNIZED"})
    void other_drifts_leave_no_guest_without_its_lock(Drift.Kind kind) {
        shows(Duration.ofHours(1), drift(kind, ROOT, ""));

        assertThat(standing()).isEmpty();
    }

    @Test
    void a_claim_of_a_domain_that_does_not_run_is_no_guest() {
        a.domains.clear();
        shows(Duration.ofHours(1), drift(Drift.Kind.KIND_TOO_WEAK, ROOT, ""));

        assertThat(standing()).isEmpty();
    }

    @Test
    void a_host_that_is_away_clears_nothing() {
        shows(Duration.ofMinutes(2), drift(Drift.Kind.KIND_UNPROTECTED, ROOT, ""));
        a.refusesConnections = true;
        a.loses("down");
        cluster.runFor(FakeCluster.SILENT_AFTER.multipliedBy(2));

        assertThat(standing()).extracting(Alarm::kind).containsExactly(AlarmKind.UNPROTECTED);
    }

    @Test
    void a_guest_whose_lockspace_is_lost_for_a_minute_raises_an_alarm_until_the_lockspace_is_live() {
        shows(Duration.ZERO, Lockspace.State.STATE_LOST);
        shows(Duration.ofSeconds(59), Lockspace.State.STATE_LOST);
        assertThat(standing()).isEmpty();

        shows(Duration.ofSeconds(60), Lockspace.State.STATE_LOST);
        assertThat(standing())
                .singleElement()
                .satisfies(alarm -> assertThat(alarm.text())
                        .endsWith("vg0/web1_data has no lock that counts (lockspace: sanlock has given it up);"
                                + " vg0/web1_root has no lock that counts (lockspace: sanlock has given it up)"));

        Alarm first = standing().getFirst();
        reason = "sanlock has given it up, 65 s ago";
        shows(Duration.ofSeconds(65), Lockspace.State.STATE_LOST);
        assertThat(standing()).containsExactly(first);

        shows(Duration.ofSeconds(70), Lockspace.State.STATE_UNKNOWN);
        assertThat(standing()).hasSize(1);

        shows(Duration.ofSeconds(80), Lockspace.State.STATE_LIVE);
        assertThat(standing()).isEmpty();
        shows(Duration.ofSeconds(90), Lockspace.State.STATE_LOST);
        assertThat(standing()).isEmpty();
    }

    @Test
    void an_alarm_of_a_drift_stands_while_its_lockspace_shows_none() {
        shows(Duration.ofMinutes(2), drift(Drift.Kind.KIND_UNPROTECTED, ROOT, "held on hv-b"));

        shows(Duration.ofMinutes(3), Lockspace.State.STATE_UNKNOWN);

        assertThat(standing())
                .singleElement()
                .satisfies(alarm -> assertThat(alarm.text()).contains("held on hv-b"));
    }

    @Test
    void a_lockspace_of_which_nothing_is_known_for_a_minute_may_have_been_lost() {
        shows(Duration.ZERO, Lockspace.State.STATE_UNKNOWN);
        assertThat(standing()).isEmpty();

        shows(Duration.ofSeconds(60), Lockspace.State.STATE_UNKNOWN);

        assertThat(standing())
                .singleElement()
                .satisfies(alarm -> assertThat(alarm.text())
                        .startsWith("the guest runs on hv-a, nobody knows whether with the locks that it needs, and"
                                + " another host may get them: vg0/web1_data may have lost its lock (lockspace: "));
    }

    @Test
    void a_volume_that_is_locked_and_inactive_is_not_without_its_lock() {
        Drift inactive = drift(Drift.Kind.KIND_TOO_WEAK, ROOT, "").toBuilder()
                .setHeld(LockMode.LOCK_MODE_EXCLUSIVE)
                .build();
        shows(Duration.ofHours(1), inactive);

        assertThat(standing()).isEmpty();
    }
}
