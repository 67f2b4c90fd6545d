package io.lockstep.core.handover;

import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.volume.Volume;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * An open handover as one of its two agents keeps it, across restarts.
 *
 * @param volumes those that both hosts hold SHARED meanwhile
 * @param openedAt by this host's clock
 * @param settlesAt until then the other side may not have done its part: a source does not ask its locks back before, and a
 *     target's unconsumed reservation stands until then. On a source it is {@code openedAt} once the target is known to be gone
 */
public record OpenHandover(
        HandoverId id,
        Epoch epoch,
        DomainUuid domain,
        String domainName,
        Side side,
        HostName peer,
        SortedSet<Volume> volumes,
        ReservationState reservation,
        Instant openedAt,
        Instant settlesAt) {

    public OpenHandover {
        volumes = Collections.unmodifiableSortedSet(new TreeSet<>(volumes));
        if ((side == Side.SOURCE) != (reservation == ReservationState.NONE)) {
            throw new IllegalArgumentException("a " + side + " with a reservation " + reservation);
        }
    }

    public OpenHandover with(ReservationState changed) {
        return new OpenHandover(id, epoch, domain, domainName, side, peer, volumes, changed, openedAt, settlesAt);
    }

    /** On a source: the target is gone, and takes no part any more. */
    public OpenHandover withoutTarget() {
        return new OpenHandover(id, epoch, domain, domainName, side, peer, volumes, reservation, openedAt, openedAt);
    }

    /** Whether this is a source whose target is known to be gone. */
    public boolean targetGone() {
        return side == Side.SOURCE && !settlesAt.isAfter(openedAt);
    }

    /** Whether the other side has had its time. A clock that was set far back must not make that endless. */
    public boolean settledAt(Instant now) {
        Duration given = Duration.between(openedAt, settlesAt);
        return !now.isBefore(settlesAt) || now.isBefore(openedAt.minus(given));
    }

    /** The same with a reservation that ran out turned into an expired one. */
    public OpenHandover at(Instant now) {
        return reservation == ReservationState.PENDING && settledAt(now) ? with(ReservationState.EXPIRED) : this;
    }
}
