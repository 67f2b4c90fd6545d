package io.lockstep.agent.handover;

import io.lockstep.core.domain.HostName;
import io.lockstep.core.handover.OpenHandover;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.v1.SideReport;

/** A side of a handover as a message. */
public final class SideReports {

    private SideReports() {}

    public static SideReport of(HostName host, SideView view) {
        OpenHandover handover = view.handover();
        return SideReport.newBuilder()
                .setHandover(Protos.ref(handover.id(), handover.domain(), handover.epoch()))
                .setDomainName(handover.domainName())
                .setSide(Protos.side(handover.side()))
                .setHost(host.value())
                .setPeer(handover.peer().value())
                .addAllVolumes(Protos.volumes(handover.volumes()))
                .setProgress(Protos.progress(view.progress()))
                .setOwn(Protos.own(view.own()))
                .setAttention(view.attention().orElse(""))
                .setOpenedAt(Protos.time(handover.openedAt()))
                .setReportedAt(Protos.time(view.at()))
                .addAllSteps(view.steps().stream().map(Protos::step).toList())
                .build();
    }
}
