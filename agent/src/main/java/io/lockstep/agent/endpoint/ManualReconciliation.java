package io.lockstep.agent.endpoint;

import io.lockstep.agent.Agent;
import io.lockstep.agent.lane.VgLane;
import io.lockstep.core.reconcile.Correction;
import io.lockstep.core.reconcile.Plan;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.VgReading;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.convert.ResultProtos;
import io.lockstep.proto.v1.Drift;
import io.lockstep.proto.v1.PlannedCorrection;
import io.lockstep.proto.v1.ReconcileResponse;

/** A reconciliation that a person asked for: the scheduler's own, at once, and told. */
final class ManualReconciliation {

    private final Agent agent;

    ManualReconciliation(Agent agent) {
        this.agent = agent;
    }

    /** What would be done; nothing is. */
    ReconcileResponse planned() {
        ReconcileResponse.Builder response = ReconcileResponse.newBuilder();
        for (VgLane lane : agent.lanes().all()) {
            Plan plan = lane.plan();
            plan.drifts().forEach(d -> response.addDrifts(drift(d)));
            plan.corrections().forEach(c -> response.addCorrections(correction(c)));
        }
        return response.build();
    }

    /** Looks twice, as the scheduler does, corrects, and tells what became of each correction of the first look. */
    ReconcileResponse done() {
        ReconcileResponse.Builder response = ReconcileResponse.newBuilder();
        agent.lookNow();
        for (VgLane lane : agent.lanes().all()) {
            Plan plan = lane.plan();
            lane.look();
            lane.look();
            VgReading after = lane.reading();
            plan.drifts().forEach(d -> response.addDrifts(drift(d)));
            plan.corrections()
                    .forEach(c -> response.addCorrections(
                            correction(c).setResult(ResultProtos.result(c.volume(), result(lane, c, after)))));
        }
        return response.build();
    }

    private static LockResult result(VgLane lane, Correction correction, VgReading after) {
        LockMode now = after.mode(correction.volume()).orElse(LockMode.UNLOCKED);
        if (now == correction.to()) {
            return new LockResult.Granted(now);
        }
        return new LockResult.Unknown(lane.drifts().stream()
                .filter(e -> e.drift().volume().equals(correction.volume()))
                .flatMap(e -> e.refusal().stream())
                .findFirst()
                .orElse("not yet: it is left for a grace time, and held " + now));
    }

    private static PlannedCorrection.Builder correction(Correction correction) {
        return PlannedCorrection.newBuilder()
                .setVolume(Protos.volume(correction.volume()))
                .setTo(Protos.mode(correction.to()))
                .setWhy(ResultProtos.kind(correction.drift().kind()));
    }

    private static Drift drift(io.lockstep.core.reconcile.Drift drift) {
        return Drift.newBuilder()
                .setKind(ResultProtos.kind(drift.kind()))
                .setVolume(Protos.volume(drift.volume()))
                .setHeld(Protos.mode(drift.held()))
                .setNeeded(Protos.mode(drift.needed()))
                .build();
    }
}
