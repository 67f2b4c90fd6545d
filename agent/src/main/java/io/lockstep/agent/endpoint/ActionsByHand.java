package io.lockstep.agent.endpoint;

import io.lockstep.agent.disk.DiskResult;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.volume.VolumeName;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.v1.LockResult;
import io.lockstep.proto.v1.PlannedCorrection;
import io.lockstep.proto.v1.ReconcileResponse;
import io.lockstep.proto.v1.Volume;
import io.lockstep.service.action.ManualAction;
import io.lockstep.service.action.ManualActions;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Collectors;

/** What people had done on this host, in the words in which it is kept. */
final class ActionsByHand {

    private final HostName host;
    private final ManualActions actions;
    private final InstantSource clock = InstantSource.system();

    ActionsByHand(HostName host, ManualActions actions) {
        this.host = host;
        this.actions = actions;
    }

    void locks(String verb, String by, String reason, List<LockResult> results) {
        actions.done(action(verb, by, reason, words(results))
                .volumes(names(results.stream().map(LockResult::getVolume).toList())));
    }

    void reconciled(String by, String reason, ReconcileResponse done) {
        List<LockResult> results = done.getCorrectionsList().stream()
                .map(PlannedCorrection::getResult)
                .toList();
        actions.done(action(
                        "reconcile",
                        by,
                        reason,
                        done.getDriftsCount() == 0
                                ? "no drift"
                                : done.getDriftsCount() + " drifts; "
                                        + (results.isEmpty() ? "nothing to correct" : words(results)))
                .volumes(names(results.stream().map(LockResult::getVolume).toList())));
    }

    /** @param disk a device of the domain, or a volume */
    void disk(String verb, String by, String reason, String domain, String disk, DiskResult result) {
        actions.done(action(verb, by, reason, result.kind() + " (" + disk + "): " + result.reason())
                .domain(result.domain().map(d -> d.name()).orElse(domain))
                .volumes(result.locks().keySet().stream()
                        .map(v -> v.name().toString())
                        .toList()));
    }

    /** @param domain its UUID, where its name is not known */
    void migration(String verb, String by, String reason, String domain, String result) {
        actions.done(action(verb, by, reason, result).domain(domain));
    }

    private ManualAction action(String verb, String by, String reason, String result) {
        return ManualAction.of(clock.instant(), by, verb, host.value(), reason, result);
    }

    private static List<String> names(List<Volume> volumes) {
        return volumes.stream().map(Protos::name).map(VolumeName::toString).toList();
    }

    private static String words(List<LockResult> results) {
        return results.stream()
                .map(r -> Protos.name(r.getVolume()) + ": "
                        + (r.hasGranted() ? Protos.mode(r.getGranted()).toString() : "refused: " + r.getReason()))
                .collect(Collectors.joining("; "));
    }
}
