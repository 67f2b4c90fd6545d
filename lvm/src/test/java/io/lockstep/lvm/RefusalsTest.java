package io.lockstep.lvm;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.core.volume.HostId;
import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.VolumeName;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RefusalsTest {

    private static final LockResult ELSEWHERE = new LockResult.HeldElsewhere(Optional.empty());
    private static final LockResult STORAGE = new LockResult.LockspaceDown("storage failed for sanlock leases");

    private static Arguments row(String file, String host, String line, String volume, LockResult result) {
        return Arguments.of(file, host, line, volume, result);
    }

    static Stream<Arguments> recorded() {
        return Stream.of(
                row("01-modes", "h1", "lvchange -aey vg0/d1_a", "vg0/d1_a", null),
                row("01-modes", "h2", "lvchange -aey vg0/d1_a", "vg0/d1_a", ELSEWHERE),
                row("02-multi-open-errors", "h1", "lvchange -asy vg0/d1_a vg0/d1_b", "vg0/d1_b", ELSEWHERE),
                row("02-multi-open-errors", "h1", "lvchange -asy vg0/d1_a vg0/d1_b", "vg0/d1_a", null),
                row(
                        "02-multi-open-errors",
                        "h1",
                        "lvchange -aey vg0/d1_a vg0/nosuch",
                        "vg0/nosuch",
                        new LockResult.NoSuchVolume()),
                row("02-multi-open-errors", "h1", "lvchange -aey vg0/d1_a vg0/nosuch", "vg0/d1_a", null),
                row(
                        "02-multi-open-errors",
                        "h1",
                        "lvchange -aey nosuchvg/x",
                        "nosuchvg/x",
                        down("LVM does not see volume group nosuchvg on this host: look at its storage")),
                row(
                        "02-multi-open-errors",
                        "h1",
                        "lvchange -an vg0/d1_a; lvmlockctl",
                        "vg0/d1_a",
                        new LockResult.InUse("")),
                row("07-daemons", "h2", "lvchange -aey", "vg0/d1_a", Refusals.NO_VG_LOCK),
                row(
                        "08-lvmlockd-kill",
                        "h2",
                        "lvchange -asy vg0/d1_a",
                        "vg0/d1_a",
                        new LockResult.LockspaceDown("lvmlockd is not running")),
                row(
                        "10-lvtypes",
                        "h1",
                        "lvchange -asy vg0/r1",
                        "vg0/r1",
                        new LockResult.NotShareable("snapshot origin")),
                row(
                        "10-lvtypes",
                        "h1",
                        "lvchange -asy vg0/r1snap",
                        "vg0/r1snap",
                        new LockResult.NotShareable("snapshot")),
                row("10-lvtypes", "h1", "lvchange -asy vg0/th1", "vg0/th1", new LockResult.NotShareable("thin-pool")),
                row("10-lvtypes", "h1", "lvchange -asy vg0/th1", "vg0/tp", new LockResult.NotShareable("thin-pool")),
                row(
                        "10-lvtypes",
                        "h1",
                        "lvextend -L +16m",
                        "vg0/r1",
                        new LockResult.Unknown("it is already locked here in an incompatible mode")),
                row(
                        "25-sanlock-kill",
                        "h1",
                        "timeout 20 lvchange -aey",
                        "vg0/d2_a",
                        new LockResult.LockspaceDown("sanlock does not answer: lock manager error")),
                row("27-storage-stall", "h2", "timeout 5 sanlock client status", "vg0/d2_a", STORAGE));
    }

    @ParameterizedTest(name = "{2}: {3}")
    @MethodSource("recorded")
    void recorded_refusals_are_understood_volume_by_volume(
            String file, String host, String line, String volume, LockResult result) {
        int n = line.equals("timeout 5 sanlock client status") ? 1 : 0;
        Refusals refusals = Refusals.parse(Recording.run(file, host, line, n).err());
        assertThat(refusals.of(VolumeName.of(volume))).isEqualTo(Optional.ofNullable(result));
    }

    /** Texts that no recording has: from the project's list of facts, in the form that LVM's sources give them. */
    static Stream<Arguments> known() {
        return Stream.of(
                Arguments.of(
                        "LV locked by other host: vg0/a (host_id 7)",
                        new LockResult.HeldElsewhere(Optional.of(new HostId(7)))),
                Arguments.of("LV vg0/a lock failed: lockspace is inactive", down("lockspace is inactive")),
                Arguments.of("VG vg0 lock skipped: lock start in progress", down("lock start in progress")),
                Arguments.of("LV vg0/a lock failed: storage failed for sanlock leases", STORAGE),
                Arguments.of(
                        "VG vg0 lock failed: storage errors for sanlock leases",
                        down("storage errors for sanlock leases")),
                Arguments.of(
                        "LV vg0/a lock failed: orphan lock needs to be adopted.",
                        down(
                                "sanlock keeps an orphan lease of a lvmlockd that died (orphan lock needs to be adopted)")),
                Arguments.of(
                        "LV vg0/a lock failed: sanlock lease needs repair.", unknown("sanlock lease needs repair")),
                Arguments.of("LV vg0/a lock failed: io timeout.", unknown("io timeout")),
                Arguments.of("LV vg0/a lock failed: error -210", unknown("error -210")),
                Arguments.of(
                        "LV is already locked with incompatible mode: vg0/a",
                        unknown("it is already locked here in an incompatible mode")),
                Arguments.of(
                        "Shared activation not compatible with LV type raid1 of vg0/a",
                        new LockResult.NotShareable("raid1")),
                Arguments.of("Locking failed for LV vg0/a", down("lvmlockd does not answer")),
                Arguments.of("Global lock failed: held by other host", unknown("global lock: held by other host")),
                Arguments.of(
                        "VG vg0 lock failed: held by other host (host_id 3)",
                        unknown("another host holds the VG lock, to change the metadata: try again")),
                Arguments.of("Failed to unlock logical volume vg0/a.", unknown("its lock could not be released")),
                Arguments.of(
                        "Logical volume vg0/a contains a filesystem in use.",
                        new LockResult.InUse("a mounted file system")));
    }

    private static LockResult down(String detail) {
        return new LockResult.LockspaceDown(detail);
    }

    private static LockResult unknown(String detail) {
        return new LockResult.Unknown(detail);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("known")
    void texts_known_from_the_sources_are_understood(String text, LockResult result) {
        assertThat(Refusals.parse("  " + text + "\n").of(VolumeName.of("vg0/a")))
                .contains(result);
    }

    @Test
    void a_name_that_ends_in_a_dot_is_that_name() {
        Refusals refusals =
                Refusals.parse("  LV locked by other host: vg0/a.\n  Failed to lock logical volume vg0/a..\n");
        assertThat(refusals.of(VolumeName.of("vg0/a."))).contains(ELSEWHERE);
        assertThat(refusals.of(VolumeName.of("vg0/a"))).isEmpty();
    }

    @Test
    void an_unknown_sentence_is_repeated_for_the_volume_that_it_names() {
        Refusals refusals = Refusals.parse("  Something new about vg0/a happened.\n");
        assertThat(refusals.of(VolumeName.of("vg0/a")))
                .contains(new LockResult.Unknown("Something new about vg0/a happened."));
        assertThat(refusals.of(VolumeName.of("vg0/b"))).isEmpty();
    }
}
