package io.lockstep.core.reconcile;

import static io.lockstep.core.Samples.D1_A;
import static io.lockstep.core.Samples.D1_B;
import static io.lockstep.core.Samples.D2_A;
import static io.lockstep.core.Samples.DASHES;
import static io.lockstep.core.volume.LockMode.EXCLUSIVE;
import static io.lockstep.core.volume.LockMode.SHARED;
import static io.lockstep.core.volume.LockMode.UNLOCKED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lockstep.core.claim.Need;
import io.lockstep.core.volume.Generation;
import io.lockstep.core.volume.HostId;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LockspaceState;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.VgReading;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeName;
import io.lockstep.core.volume.VolumeReading;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ReconciliationTest {

    private static final LockspaceState LIVE = new LockspaceState.Live(new HostId(1), new Generation(3));

    /** The drift table of the design for a claimed volume; a need is floor and goal. */
    @ParameterizedTest(name = "held {0}, active {1}, need {2} to {3}: {4}, then {5}")
    @CsvSource(textBlock = """
                    EXCLUSIVE, true,  EXCLUSIVE, EXCLUSIVE, ,            ,
                    SHARED,    true,  SHARED,    SHARED,    ,            ,
                    SHARED,    true,  EXCLUSIVE, EXCLUSIVE, TOO_WEAK,    EXCLUSIVE
                    UNLOCKED,  false, EXCLUSIVE, EXCLUSIVE, TOO_WEAK,    EXCLUSIVE
                    UNLOCKED,  false, SHARED,    SHARED,    TOO_WEAK,    SHARED
                    EXCLUSIVE, false, EXCLUSIVE, EXCLUSIVE, TOO_WEAK,    EXCLUSIVE
                    UNLOCKED,  true,  EXCLUSIVE, EXCLUSIVE, UNPROTECTED, EXCLUSIVE
                    EXCLUSIVE, true,  SHARED,    SHARED,    TOO_STRONG,  SHARED
                    SHARED,    true,  SHARED,    EXCLUSIVE, SETTLING,    EXCLUSIVE
                    EXCLUSIVE, true,  SHARED,    EXCLUSIVE, ,            ,
                    UNLOCKED,  false, SHARED,    EXCLUSIVE, TOO_WEAK,    SHARED
                    UNLOCKED,  true,  SHARED,    EXCLUSIVE, UNPROTECTED, SHARED
                    """)
    void a_claimed_volume_is_brought_to_what_is_needed(
            LockMode held, boolean active, LockMode floor, LockMode goal, Drift.Kind kind, LockMode to) {
        Plan plan = Reconciliation.plan(
                reading(LIVE, new VolumeReading(D1_A, held, active, true)),
                needs(D1_A, new Need(floor, goal)),
                Set.of());
        assertThat(plan.drifts()).isEqualTo(kind == null ? List.of() : List.of(new Drift(kind, D1_A, held, goal)));
        assertThat(plan.corrections()).extracting(Correction::to).isEqualTo(to == null ? List.of() : List.of(to));
    }

    @ParameterizedTest(name = "held {0}, active {1}, open {2}, ours {3}: {4}, released {5}")
    @CsvSource(textBlock = """
                    EXCLUSIVE, true,  false, true,  UNCLAIMED,        true
                    SHARED,    true,  false, true,  UNCLAIMED,        true
                    EXCLUSIVE, true,  true,  true,  UNCLAIMED_IN_USE, false
                    EXCLUSIVE, true,  false, false, FOREIGN,          false
                    SHARED,    true,  true,  false, FOREIGN,          false
                    EXCLUSIVE, false, false, true,  LEAKED,           true
                    EXCLUSIVE, false, false, false, LEAKED,           true
                    UNLOCKED,  true,  true,  true,  UNPROTECTED,      false
                    UNLOCKED,  true,  false, false, UNPROTECTED,      false
                    UNLOCKED,  false, false, true,  ,                 false
                    """)
    void an_unclaimed_volume_is_released_only_if_it_is_ours_and_closed(
            LockMode held, boolean active, boolean open, boolean ours, Drift.Kind kind, boolean released) {
        Plan plan = Reconciliation.plan(
                reading(LIVE, new VolumeReading(D1_A, held, active, open)), none(), ours ? Set.of(D1_A) : Set.of());
        assertThat(plan.drifts()).isEqualTo(kind == null ? List.of() : List.of(new Drift(kind, D1_A, held, UNLOCKED)));
        assertThat(plan.corrections()).extracting(Correction::to).isEqualTo(released ? List.of(UNLOCKED) : List.of());
    }

    static Stream<Arguments> lockspaces() {
        return Stream.of(
                arguments(new LockspaceState.NotStarted()),
                arguments(new LockspaceState.Lost("renewal failed")),
                arguments(new LockspaceState.Unknown("hosts not ready")));
    }

    @ParameterizedTest
    @MethodSource("lockspaces")
    void nothing_is_corrected_in_a_lockspace_that_is_not_live(LockspaceState lockspace) {
        VgReading reading = reading(lockspace, new VolumeReading(D1_A, EXCLUSIVE, true, false));
        assertThat(Reconciliation.plan(reading, needs(D1_B, Need.of(EXCLUSIVE)), Set.of(D1_A)))
                .isEqualTo(Plan.NOTHING);
    }

    @Test
    void a_needed_volume_that_the_reading_does_not_list_is_asked_for() {
        assertThat(Reconciliation.plan(reading(LIVE), needs(D1_A, Need.of(EXCLUSIVE)), Set.of())
                        .drifts())
                .containsExactly(new Drift(Drift.Kind.TOO_WEAK, D1_A, UNLOCKED, EXCLUSIVE));
    }

    @Test
    void the_needs_of_another_volume_group_are_left_to_its_own_look() {
        assertThat(Reconciliation.plan(reading(LIVE), needs(DASHES, Need.of(EXCLUSIVE)), Set.of()))
                .isEqualTo(Plan.NOTHING);
    }

    @Test
    void a_renamed_volume_is_corrected_under_the_name_that_the_lock_manager_shows() {
        Volume renamed = new Volume(VolumeName.of("vg0/renamed"), D1_A.uuid());
        Plan plan = Reconciliation.plan(
                reading(LIVE, new VolumeReading(renamed, SHARED, true, true)),
                needs(D1_A, Need.of(EXCLUSIVE)),
                Set.of());
        assertThat(plan.corrections())
                .singleElement()
                .satisfies(c -> assertThat(c.volume()).hasToString("vg0/renamed"));
    }

    @Test
    void only_what_was_seen_twice_is_corrected() {
        Plan first =
                Reconciliation.plan(reading(LIVE, unclaimed(D1_A), unclaimed(D1_B)), none(), Set.of(D1_A, D1_B, D2_A));
        Plan second =
                Reconciliation.plan(reading(LIVE, unclaimed(D1_B), unclaimed(D2_A)), none(), Set.of(D1_A, D1_B, D2_A));
        Plan agreed = second.seenAlsoIn(first);
        assertThat(agreed.corrections()).extracting(Correction::volume).containsExactly(D1_B);
        assertThat(agreed.drifts()).isEqualTo(second.drifts());
        assertThat(second.seenAlsoIn(Plan.NOTHING).corrections()).isEmpty();
    }

    @Test
    void corrections_become_one_command_for_each_mode_and_releases_come_first() {
        SortedMap<Volume, Need> needs = new TreeMap<>(Map.of(D1_A, Need.of(EXCLUSIVE), D1_B, Need.of(SHARED)));
        Plan plan = Reconciliation.plan(
                reading(LIVE, new VolumeReading(D1_B, EXCLUSIVE, true, true), unclaimed(D2_A)), needs, Set.of(D2_A));
        assertThat(Plan.batches(plan.corrections()).keySet()).containsExactly(UNLOCKED, SHARED, EXCLUSIVE);
        assertThat(Plan.batches(plan.corrections()).get(UNLOCKED)).containsExactly(D2_A);
    }

    private static VolumeReading unclaimed(Volume volume) {
        return new VolumeReading(volume, EXCLUSIVE, true, false);
    }

    private static VgReading reading(LockspaceState lockspace, VolumeReading... volumes) {
        return new VgReading(new VgName("vg0"), lockspace, List.of(volumes));
    }

    private static SortedMap<Volume, Need> needs(Volume volume, Need need) {
        return new TreeMap<>(Map.of(volume, need));
    }

    private static SortedMap<Volume, Need> none() {
        return new TreeMap<>();
    }
}
