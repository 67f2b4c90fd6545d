package io.lockstep.lvm;

import io.lockstep.core.volume.LvUuid;
import io.lockstep.core.volume.VgName;
import io.lockstep.lvm.command.Answer;
import io.lockstep.lvm.command.CommandRunner;
import io.lockstep.lvm.report.LvRow;
import io.lockstep.lvm.report.LvmReport;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What the metadata of the volume groups said last: names, types and where the leases are.
 *
 * <p>It serves to name what was found by UUID, so an old entry does no harm: it decides nothing.
 */
final class Metadata {

    /** A lock whose volume is in no metadata must not cost a command at every look. */
    private static final Duration AGAIN = Duration.ofMinutes(1);

    private final CommandRunner runner;
    private final InstantSource clock;
    private final Map<VgName, Map<LvUuid, LvRow>> groups = new ConcurrentHashMap<>();
    private final Map<VgName, Instant> completed = new ConcurrentHashMap<>();

    Metadata(CommandRunner runner, InstantSource clock) {
        this.runner = runner;
        this.clock = clock;
    }

    /** Reads a group under its VG lock. */
    Answer<List<LvRow>> read(VgName vg) {
        return remember(vg, Answer.of(runner, LvmReport.volumes(vg).inSlot("lvs " + vg), LvmReport::parseVolumes));
    }

    /** Reads a group without any lock when one of these volumes is not known, but not again and again. */
    void complete(VgName vg, Collection<LvUuid> wanted) {
        Instant now = clock.instant();
        Instant before = completed.get(vg);
        if (wanted.stream().allMatch(u -> row(vg, u).isPresent())
                || before != null && now.isBefore(before.plus(AGAIN))) {
            return;
        }
        completed.put(vg, now);
        remember(
                vg,
                Answer.of(
                        runner,
                        LvmReport.volumesUnlocked(vg).inSlot("lvs --nolocking " + vg),
                        LvmReport::parseVolumes));
    }

    Optional<LvRow> row(VgName vg, LvUuid volume) {
        return Optional.ofNullable(groups.getOrDefault(vg, Map.of()).get(volume));
    }

    Optional<String> vgUuid(VgName vg) {
        return groups.getOrDefault(vg, Map.of()).values().stream()
                .map(LvRow::vgUuid)
                .filter(u -> !u.isEmpty())
                .findFirst();
    }

    private Answer<List<LvRow>> remember(VgName vg, Answer<List<LvRow>> answer) {
        answer.given()
                .ifPresent(rows -> groups.put(
                        vg, rows.stream().collect(Collectors.toMap(LvRow::uuid, Function.identity(), (a, b) -> b))));
        return answer;
    }
}
