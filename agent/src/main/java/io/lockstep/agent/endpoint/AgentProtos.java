package io.lockstep.agent.endpoint;

import io.lockstep.agent.Agent;
import io.lockstep.agent.handover.SideReports;
import io.lockstep.agent.lane.DriftHistory;
import io.lockstep.agent.lane.VgLane;
import io.lockstep.core.claim.DomainClaims;
import io.lockstep.core.volume.VolumeReading;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.convert.ResultProtos;
import io.lockstep.proto.v1.Claim;
import io.lockstep.proto.v1.Domain;
import io.lockstep.proto.v1.Drift;
import io.lockstep.proto.v1.Inventory;
import io.lockstep.proto.v1.Lockspace;
import io.lockstep.proto.v1.VolumeLock;
import java.time.Instant;
import java.util.List;

/** What an agent knows, as messages. */
public final class AgentProtos {

    private AgentProtos() {}

    /** Everything, put together at this moment. */
    public static Inventory inventory(Agent agent, String version, String enforcement, Instant at) {
        Inventory.Builder inventory = Inventory.newBuilder()
                .setHost(agent.host().value())
                .setBootId(agent.platform().bootId())
                .setVersion(version)
                .setAt(Protos.time(at))
                .setHypervisorAnswers(agent.watch().silence().isEmpty())
                .setEnforcement(enforcement)
                .addAllProblems(agent.problems());
        agent.watch()
                .domains()
                .forEach(d -> inventory.addDomains(Domain.newBuilder()
                        .setUuid(d.uuid().toString())
                        .setName(d.name())
                        .setState(d.state().toString())
                        .setOwn(Protos.own(agent.watch().observation(d.uuid()).domain()))));
        agent.lanes()
                .all()
                .forEach(lane -> inventory
                        .addLockspaces(lockspace(lane))
                        .addAllLocks(locks(lane))
                        .addAllDrifts(
                                lane.drifts().stream().map(AgentProtos::drift).toList()));
        inventory.addAllClaims(claims(agent));
        agent.handovers().forEach(view -> inventory.addHandovers(SideReports.of(agent.host(), view)));
        agent.state().epochs().forEach((domain, epoch) -> inventory.putEpochs(domain.toString(), epoch.value()));
        return inventory.build();
    }

    public static Lockspace lockspace(VgLane lane) {
        return ResultProtos.lockspace(lane.vg(), lane.reading().lockspace());
    }

    public static List<VolumeLock> locks(VgLane lane) {
        return lane.reading().volumes().stream().map(v -> lock(lane, v)).toList();
    }

    private static VolumeLock lock(VgLane lane, VolumeReading reading) {
        VolumeLock.Builder lock = VolumeLock.newBuilder()
                .setVolume(Protos.volume(reading.volume()))
                .setMode(Protos.mode(reading.lock()))
                .setActive(reading.active())
                .setOpen(reading.open());
        lane.locks().since(reading.volume()).ifPresent(since -> lock.setSince(Protos.time(since)));
        return lock.build();
    }

    public static List<Claim> claims(Agent agent) {
        return agent.state().claims().values().stream()
                .flatMap(c -> c.modes().entrySet().stream().map(e -> claim(c, e)))
                .toList();
    }

    private static Claim claim(
            DomainClaims claims,
            java.util.Map.Entry<io.lockstep.core.volume.Volume, io.lockstep.core.volume.LockMode> one) {
        return Claim.newBuilder()
                .setDomainUuid(claims.domain().toString())
                .setDomainName(claims.name())
                .setVolume(Protos.volume(one.getKey()))
                .setMode(Protos.mode(one.getValue()))
                .build();
    }

    private static Drift drift(DriftHistory.Entry entry) {
        return Drift.newBuilder()
                .setKind(ResultProtos.kind(entry.drift().kind()))
                .setVolume(Protos.volume(entry.drift().volume()))
                .setHeld(Protos.mode(entry.drift().held()))
                .setNeeded(Protos.mode(entry.drift().needed()))
                .setSince(Protos.time(entry.since()))
                .setRefusal(entry.refusal().orElse(""))
                .build();
    }
}
