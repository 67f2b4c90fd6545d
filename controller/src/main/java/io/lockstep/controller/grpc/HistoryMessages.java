package io.lockstep.controller.grpc;

import io.lockstep.controller.history.Holding;
import io.lockstep.proto.convert.Protos;

/** The history of volumes as messages. */
final class HistoryMessages {

    private HistoryMessages() {}

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
