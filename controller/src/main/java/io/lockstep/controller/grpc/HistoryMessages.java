package io.lockstep.controller.grpc;

import io.lockstep.controller.history.Holding;
import io.lockstep.core.volume.VolumeName;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.v1.Volume;
import io.lockstep.service.action.ManualAction;
import java.util.UUID;

/** The history of volumes and people as messages. */
final class HistoryMessages {

    private HistoryMessages() {}

    static ManualAction action(io.lockstep.proto.v1.ManualAction message) {
        return new ManualAction(
                id(message.getId()),
                Protos.time(message.getAt()),
                message.getRequestedBy(),
                message.getAction(),
                message.getHost(),
                message.getDomain(),
                message.getVolumesList().stream()
                        .map(Protos::name)
                        .map(VolumeName::toString)
                        .toList(),
                message.getReason(),
                message.getResult());
    }

    private static UUID id(String id) {
        try {
            return UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("id: \"" + id + "\" is not a UUID", e);
        }
    }

    static io.lockstep.proto.v1.ManualAction message(ManualAction action) {
        return io.lockstep.proto.v1.ManualAction.newBuilder()
                .setId(action.id().toString())
                .setAt(Protos.time(action.at()))
                .setRequestedBy(action.requestedBy())
                .setAction(action.action())
                .setHost(action.host())
                .setDomain(action.domain())
                .addAllVolumes(
                        action.volumes().stream().map(HistoryMessages::named).toList())
                .setReason(action.reason())
                .setResult(action.result())
                .build();
    }

    private static Volume named(String name) {
        VolumeName volume = VolumeName.of(name);
        return Volume.newBuilder()
                .setVg(volume.vg().value())
                .setLv(volume.lv().value())
                .build();
    }

    static io.lockstep.proto.v1.Holding holding(Holding holding) {
        io.lockstep.proto.v1.Holding.Builder message = io.lockstep.proto.v1.Holding.newBuilder()
                .setHost(holding.host().value())
                .setVolume(Protos.volume(holding.hold().volume()))
                .setMode(Protos.mode(holding.hold().mode()))
                .addAllDomains(holding.hold().domains())
                .setSeenAt(Protos.time(holding.seenAt()));
        holding.hold().since().map(Protos::time).ifPresent(message::setSince);
        holding.endedAt().map(Protos::time).ifPresent(message::setEndedAt);
        return message.build();
    }
}
