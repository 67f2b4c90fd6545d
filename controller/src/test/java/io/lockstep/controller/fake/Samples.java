package io.lockstep.controller.fake;

import io.lockstep.controller.host.SideReport;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.Side;
import io.lockstep.core.handover.SideProgress;
import io.lockstep.core.volume.Volume;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;

/** Values that tests share. */
public final class Samples {

    public static final DomainUuid WEB = DomainUuid.of("6a1c1f0e-2b6b-4f0c-9d57-0f5b1b1d7a01");
    public static final String NAME = "web1";
    public static final HostName A = new HostName("hv-a");
    public static final HostName B = new HostName("hv-b");
    public static final HostName C = new HostName("hv-c");
    public static final Volume ROOT = Volume.of("vg0/web1_root", "j2hSQS-PryZ-pKgm-5oY0-0pI6-dVfO-RgW4Uf");
    public static final Volume DATA = Volume.of("vg0/web1_data", "j2hSQS-PryZ-pKgm-5oY0-0pI6-dVfO-RgW4Ug");
    public static final Instant HOST_TIME = Instant.parse("2026-11-22T20:00:00Z");

    private Samples() {}

    /** @param second when it was made, in seconds of the host's clock */
    public static SideReport report(HandoverId id, long epoch, Side side, SideProgress progress, int second) {
        return new SideReport(
                id,
                new Epoch(epoch),
                WEB,
                NAME,
                side,
                side == Side.SOURCE ? A : B,
                side == Side.SOURCE ? B : A,
                new TreeSet<>(List.of(ROOT)),
                progress,
                OwnDomain.UNKNOWN,
                "",
                HOST_TIME,
                HOST_TIME.plusSeconds(second));
    }

    public static SideReport attention(SideReport report, String text) {
        return new SideReport(
                report.id(),
                report.epoch(),
                report.domain(),
                report.domainName(),
                report.side(),
                report.host(),
                report.peer(),
                report.volumes(),
                report.progress(),
                report.own(),
                text,
                report.openedAt(),
                report.reportedAt());
    }
}
