package io.lockstep.controller.grpc;

import io.lockstep.controller.alarm.Alarm;
import io.lockstep.controller.alarm.AlarmKind;
import io.lockstep.controller.handover.BeginOrder;
import io.lockstep.controller.handover.BeginOutcome;
import io.lockstep.controller.handover.Handover;
import io.lockstep.controller.handover.HandoverArchive.Filter;
import io.lockstep.controller.handover.HandoverEvent;
import io.lockstep.controller.handover.SideView;
import io.lockstep.controller.handover.SideView.Basis;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.handover.HandoverAlarms.Look;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.Side;
import io.lockstep.core.rule.Choice;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.convert.ResultProtos;
import io.lockstep.proto.v1.BeginRefused;
import io.lockstep.proto.v1.BeginRequest;
import io.lockstep.proto.v1.BeginResponse;
import io.lockstep.proto.v1.ListHandoversRequest;
import io.lockstep.proto.v1.NobodyRunsIt;
import io.lockstep.proto.v1.Opened;
import io.lockstep.proto.v1.SideProgress;
import io.lockstep.proto.v1.Sighting;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Handovers and alarms as messages. */
final class HandoverMessages {

    private static final int USUAL_LIMIT = 100;

    private HandoverMessages() {}

    static BeginOrder order(BeginRequest message) {
        return new BeginOrder(
                Protos.domain(message.getDomainUuid()),
                message.getDomainName(),
                Protos.host(message.getTarget()),
                List.copyOf(AgentMessages.volumes(message.getVolumesList())),
                Protos.epoch(message.getHighestEpoch()),
                message.getHandoverId().isEmpty()
                        ? Optional.empty()
                        : Optional.of(HandoverId.of(message.getHandoverId())));
    }

    static BeginResponse opened(Handover handover) {
        return BeginResponse.newBuilder()
                .setOpened(Opened.newBuilder()
                        .setHandover(Protos.ref(handover.id(), handover.domain(), handover.epoch()))
                        .setSource(handover.source().value())
                        .addAllShared(Protos.volumes(handover.volumes())))
                .build();
    }

    static BeginResponse nobodyRunsIt() {
        return BeginResponse.newBuilder()
                .setNobodyRunsIt(NobodyRunsIt.getDefaultInstance())
                .build();
    }

    static BeginResponse refused(BeginOutcome.Refused refused) {
        return BeginResponse.newBuilder()
                .setRefused(BeginRefused.newBuilder()
                        .setCode(code(refused.code()))
                        .setReason(refused.reason())
                        .addAllResults(refused.results().stream()
                                .map(r -> ResultProtos.result(r.volume(), r.result()))
                                .toList()))
                .build();
    }

    private static BeginRefused.Code code(BeginOutcome.Code code) {
        return switch (code) {
            case ACTIVE_TWICE -> BeginRefused.Code.CODE_ACTIVE_TWICE;
            case ACTIVE_ON_TARGET -> BeginRefused.Code.CODE_ACTIVE_ON_TARGET;
            case HOSTS_UNKNOWN -> BeginRefused.Code.CODE_HOSTS_UNKNOWN;
            case HANDOVER_OPEN -> BeginRefused.Code.CODE_HANDOVER_OPEN;
            case SOURCE_REFUSED -> BeginRefused.Code.CODE_SOURCE_REFUSED;
            case SOURCE_SILENT -> BeginRefused.Code.CODE_SOURCE_SILENT;
        };
    }

    static Filter filter(ListHandoversRequest message) {
        if (message.getLimit() < 0) {
            throw new IllegalArgumentException("limit: " + message.getLimit() + " is negative");
        }
        return new Filter(
                message.getDomain(),
                message.getOpenOnly(),
                message.hasSince() ? Optional.of(Protos.time(message.getSince())) : Optional.empty(),
                message.getLimit() == 0 ? USUAL_LIMIT : message.getLimit(),
                message.getHost().isEmpty() ? Optional.empty() : Optional.of(Protos.host(message.getHost())),
                message.getPhasesList().stream().map(Protos::phase).collect(Collectors.toSet()));
    }

    static io.lockstep.proto.v1.Handover handover(Handover handover) {
        io.lockstep.proto.v1.Handover.Builder message = io.lockstep.proto.v1.Handover.newBuilder()
                .setRef(Protos.ref(handover.id(), handover.domain(), handover.epoch()))
                .setDomainName(handover.domainName())
                .setSource(handover.source().value())
                .setTarget(handover.target().value())
                .addAllVolumes(Protos.volumes(handover.volumes()))
                .setPhase(Protos.phase(handover.phase()))
                .setSourceProgress(progress(handover.sourceSide()))
                .setTargetProgress(progress(handover.targetSide()))
                .setOpenedAt(Protos.time(handover.openedAt()));
        handover.closedAt().map(Protos::time).ifPresent(message::setClosedAt);
        for (Side side : Side.values()) {
            String attention = handover.side(side).attention();
            if (!attention.isEmpty()) {
                message.addAttention(handover.host(side) + ": " + attention);
            }
            message.addAllChoices(choices(handover.choices(side)));
        }
        return message.addAllSeen(seen(handover.seen())).build();
    }

    static SideProgress progress(SideView side) {
        return side.basis() == Basis.NOTHING
                ? SideProgress.SIDE_PROGRESS_UNSPECIFIED
                : Protos.progress(side.progress());
    }

    static io.lockstep.proto.v1.HandoverEvent event(HandoverEvent event) {
        io.lockstep.proto.v1.HandoverEvent.Builder message = io.lockstep.proto.v1.HandoverEvent.newBuilder()
                .setAt(Protos.time(event.at()))
                .setHost(event.host().map(HostName::value).orElse(""))
                .setText(event.text());
        event.seenAt().map(Protos::time).ifPresent(message::setSeenAt);
        return message.build();
    }

    static io.lockstep.proto.v1.Alarm alarm(Alarm alarm) {
        return io.lockstep.proto.v1.Alarm.newBuilder()
                .setKind(kind(alarm.kind()))
                .setDomainUuid(alarm.domain().toString())
                .setDomainName(alarm.domainName())
                .addAllHosts(alarm.hosts().stream().map(HostName::value).toList())
                .setText(alarm.text())
                .setSince(Protos.time(alarm.since()))
                .addAllSeen(seen(alarm.seen()))
                .addAllChoices(choices(alarm.choices()))
                .build();
    }

    static List<Sighting> seen(List<Look> looks) {
        return looks.stream()
                .map(l -> Sighting.newBuilder()
                        .setHost(l.host().value())
                        .setOwn(Protos.own(l.domain()))
                        .build())
                .toList();
    }

    static List<io.lockstep.proto.v1.Choice> choices(List<Choice> choices) {
        return choices.stream()
                .map(c -> io.lockstep.proto.v1.Choice.newBuilder()
                        .setText(c.text())
                        .setCommand(c.command())
                        .setHost(c.on().map(HostName::value).orElse(""))
                        .build())
                .toList();
    }

    private static io.lockstep.proto.v1.Alarm.Kind kind(AlarmKind kind) {
        return switch (kind) {
            case DOUBLE_RUN -> io.lockstep.proto.v1.Alarm.Kind.KIND_DOUBLE_RUN;
            case LEFT_OVER -> io.lockstep.proto.v1.Alarm.Kind.KIND_LEFT_OVER;
            case THIRD_HOST -> io.lockstep.proto.v1.Alarm.Kind.KIND_THIRD_HOST;
            case ATTENTION -> io.lockstep.proto.v1.Alarm.Kind.KIND_ATTENTION;
            case UNPROTECTED -> io.lockstep.proto.v1.Alarm.Kind.KIND_UNPROTECTED;
        };
    }
}
