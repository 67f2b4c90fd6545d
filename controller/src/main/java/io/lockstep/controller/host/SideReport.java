package io.lockstep.controller.host;

import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.Side;
import io.lockstep.core.handover.SideProgress;
import io.lockstep.core.handover.SideStep;
import io.lockstep.core.volume.Volume;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A handover as one of its sides reports it.
 *
 * @param attention why a person should look; empty when nothing is wrong
 * @param openedAt by the reporting host's clock
 * @param reportedAt by the reporting host's clock: it orders the reports of one side, and is compared with nothing else
 * @param steps what the side went through until then, in order; empty from an agent of an older version
 */
public record SideReport(
        HandoverId id,
        Epoch epoch,
        DomainUuid domain,
        String domainName,
        Side side,
        HostName host,
        HostName peer,
        SortedSet<Volume> volumes,
        SideProgress progress,
        OwnDomain own,
        String attention,
        Instant openedAt,
        Instant reportedAt,
        List<SideStep> steps) {

    public SideReport {
        volumes = Collections.unmodifiableSortedSet(new TreeSet<>(volumes));
        steps = List.copyOf(steps);
        // What a database keeps: so that a report is known again after it has been there.
        reportedAt = reportedAt.truncatedTo(ChronoUnit.MICROS);
    }

    /** As an agent of an older version reports it. */
    public SideReport(
            HandoverId id,
            Epoch epoch,
            DomainUuid domain,
            String domainName,
            Side side,
            HostName host,
            HostName peer,
            SortedSet<Volume> volumes,
            SideProgress progress,
            OwnDomain own,
            String attention,
            Instant openedAt,
            Instant reportedAt) {
        this(
                id,
                epoch,
                domain,
                domainName,
                side,
                host,
                peer,
                volumes,
                progress,
                own,
                attention,
                openedAt,
                reportedAt,
                List.of());
    }

    public HostName source() {
        return side == Side.SOURCE ? host : peer;
    }

    public HostName target() {
        return side == Side.TARGET ? host : peer;
    }
}
