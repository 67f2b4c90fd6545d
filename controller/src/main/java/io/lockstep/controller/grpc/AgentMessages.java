package io.lockstep.controller.grpc;

import io.lockstep.controller.host.Inventory;
import io.lockstep.controller.host.ShareAnswer;
import io.lockstep.controller.host.SideReport;
import io.lockstep.controller.host.VolumeResult;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.volume.Volume;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.convert.ResultProtos;
import io.lockstep.proto.v1.Claim;
import io.lockstep.proto.v1.Domain;
import io.lockstep.proto.v1.LockResult;
import io.lockstep.proto.v1.ShareResponse;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What agents say. Each method throws an IllegalArgumentException that names the field that makes no sense. */
public final class AgentMessages {

    private AgentMessages() {}

    /** The whole or nothing: an inventory with one unreadable domain must not make that domain look absent. */
    public static Inventory inventory(io.lockstep.proto.v1.Inventory message) {
        return inventory(message, null);
    }

    /** @param before the last one of the same stream: what has not changed since, as most of it, is not read again */
    static Inventory inventory(io.lockstep.proto.v1.Inventory message, @Nullable Inventory before) {
        Map<DomainUuid, OwnDomain> domains = new HashMap<>();
        Map<DomainUuid, String> names = new HashMap<>();
        if (before != null && before.message().getDomainsList().equals(message.getDomainsList())) {
            domains = before.domains();
            names = before.names();
        } else {
            for (Domain each : message.getDomainsList()) {
                DomainUuid uuid = Protos.domain(each.getUuid());
                domains.put(uuid, Protos.own(each.getOwn()));
                names.put(uuid, each.getName());
            }
        }
        Set<DomainUuid> claimants =
                before != null && before.message().getClaimsList().equals(message.getClaimsList())
                        ? before.claimants()
                        : message.getClaimsList().stream()
                                .map(Claim::getDomainUuid)
                                .map(Protos::domain)
                                .collect(Collectors.toSet());
        return new Inventory(
                Protos.host(message.getHost()),
                message.getBootId(),
                message.getHypervisorAnswers(),
                domains,
                names,
                claimants,
                message.getHandoversList().stream().map(AgentMessages::report).toList(),
                before != null && before.message().getEpochsMap().equals(message.getEpochsMap())
                        ? before.epochs()
                        : epochs(message.getEpochsMap()),
                message);
    }

    private static Map<DomainUuid, Epoch> epochs(Map<String, Long> message) {
        Map<DomainUuid, Epoch> epochs = new HashMap<>();
        message.forEach((uuid, epoch) -> epochs.put(Protos.domain(uuid), Protos.epoch(epoch)));
        return epochs;
    }

    public static SideReport report(io.lockstep.proto.v1.SideReport message) {
        return new SideReport(
                Protos.id(message.getHandover()),
                Protos.epoch(message.getHandover()),
                Protos.domain(message.getHandover().getDomainUuid()),
                message.getDomainName(),
                Protos.side(message.getSide()),
                Protos.host(message.getHost()),
                Protos.host(message.getPeer()),
                volumes(message.getVolumesList()),
                Protos.progress(message.getProgress()),
                Protos.own(message.getOwn()),
                message.getAttention(),
                Protos.time(message.getOpenedAt()),
                Protos.time(message.getReportedAt()),
                message.getStepsList().stream().map(Protos::step).toList());
    }

    static ShareAnswer share(ShareResponse message) {
        return switch (message.getOutcomeCase()) {
            case SHARED ->
                new ShareAnswer.Shared(
                        List.copyOf(volumes(message.getShared().getVolumesList())),
                        Protos.epoch(message.getShared().getEpoch()));
            case REFUSED ->
                new ShareAnswer.Refused(
                        message.getRefused().getReason(),
                        message.getRefused().getResultsList().stream()
                                .map(AgentMessages::result)
                                .toList());
            case STALE_EPOCH ->
                new ShareAnswer.StaleEpoch(Protos.epoch(message.getStaleEpoch().getHighest()));
            case ALREADY_OPEN ->
                new ShareAnswer.AlreadyOpen(report(message.getAlreadyOpen().getHandover()));
            case NOT_HERE -> new ShareAnswer.NotHere();
            case OUTCOME_NOT_SET ->
                new ShareAnswer.Silent("its answer is of a kind that this version of the controller does not know");
        };
    }

    static SortedSet<Volume> volumes(Collection<io.lockstep.proto.v1.Volume> volumes) {
        return volumes.stream().map(Protos::volume).collect(Collectors.toCollection(TreeSet::new));
    }

    private static VolumeResult result(LockResult message) {
        return new VolumeResult(Protos.volume(message.getVolume()), ResultProtos.result(message));
    }
}
