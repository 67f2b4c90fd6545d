package io.lockstep.core.rule;

import io.lockstep.core.claim.DomainClaims;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.OpenHandover;
import io.lockstep.core.handover.Side;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.Volume;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which hook call on a target belongs to its incoming migration.
 *
 * <p>Guarantee: exactly one {@code prepare} is content with SHARED, the one that consumes the reservation of the handover open here,
 * and repetitions of it; any other is a start, and an open handover makes it neither weaker nor stricter.
 */
public final class IncomingRules {

    private IncomingRules() {}

    /**
     * Whether a {@code prepare} carries the token of a handover, and from nowhere but its migration. An offline migration leaves the
     * token in the definition that it moves, and a start of that definition carries it, too.
     *
     * @param token in the call's XML
     * @param stored the one in the domain's persistent definition on this host
     */
    public static boolean marked(HandoverId handover, Optional<HandoverId> token, Optional<HandoverId> stored) {
        return token.filter(handover::equals).isPresent()
                && stored.filter(handover::equals).isEmpty();
    }

    /**
     * The handover under which a call is content with SHARED: that whose reservation this {@code prepare} consumes, or, at a later
     * operation or when the same call is repeated, that under which the domain's claims already stand.
     *
     * @param open the domain's open handover on this host, with a reservation that ran out turned into an expired one
     * @param prepare whether the call is a {@code prepare}
     * @param marked whether it is marked as that of this handover
     * @param claims of the domain on this host
     */
    public static Optional<OpenHandover> of(
            Optional<OpenHandover> open, boolean prepare, boolean marked, Optional<DomainClaims> claims) {
        return open.filter(h -> h.side() == Side.TARGET)
                .filter(h -> !prepare || marked)
                .filter(h -> switch (h.reservation()) {
                    case PENDING -> prepare;
                    case CONSUMED ->
                        claims.flatMap(DomainClaims::under)
                                .filter(h.id()::equals)
                                .isPresent();
                    case EXPIRED, NONE -> false;
                });
    }

    /** For each volume the mode that is enough for the call to be allowed. */
    public static Map<Volume, LockMode> content(Map<Volume, LockMode> modes, Optional<OpenHandover> incoming) {
        Map<Volume, LockMode> content = new TreeMap<>(modes);
        incoming.ifPresent(h ->
                h.volumes().forEach(v -> content.computeIfPresent(v, (volume, mode) -> LockMode.SHARED)));
        return content;
    }
}
