package io.lockstep.service.action;

import io.lockstep.core.volume.VolumeName;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.v1.Volume;
import java.util.UUID;

/** Manual actions as messages, and back. */
public final class ActionProtos {

    private ActionProtos() {}

    /** @throws IllegalArgumentException naming what is wrong */
    public static ManualAction action(io.lockstep.proto.v1.ManualAction message) {
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

    public static io.lockstep.proto.v1.ManualAction message(ManualAction action) {
        return io.lockstep.proto.v1.ManualAction.newBuilder()
                .setId(action.id().toString())
                .setAt(Protos.time(action.at()))
                .setRequestedBy(action.requestedBy())
                .setAction(action.action())
                .setHost(action.host())
                .setDomain(action.domain())
                .addAllVolumes(
                        action.volumes().stream().map(ActionProtos::named).toList())
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
}
