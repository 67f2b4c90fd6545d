package io.lockstep.core.rule;

import io.lockstep.core.claim.DomainClaims;
import io.lockstep.core.claim.Need;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.handover.OpenHandover;
import io.lockstep.core.handover.ReservationState;
import io.lockstep.core.handover.Side;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.Volume;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * From the claims and the open handovers of one moment to what this host needs of each volume.
 *
 * <p>Guarantees: a claim outside a handover needs exactly its mode; one under an open handover never needs less than SHARED; a
 * domain that wants what another domain's claim excludes is found before anything is asked of the lock manager.
 */
public final class ClaimRules {

    private ClaimRules() {}

    /** An open handover and what its side does next. */
    public record Settling(OpenHandover handover, HandoverStep.Action action) {}

    /** A volume that another domain on this host claims in a mode that does not go with the wanted one. */
    public record Conflict(Volume volume, LockMode wanted, String holder, LockMode held) {}

    /**
     * What each volume needs; a volume that is not in the result needs nothing.
     *
     * @param claims of all domains of this host
     * @param settling all open handovers of this host
     */
    public static SortedMap<Volume, Need> needs(Collection<DomainClaims> claims, Collection<Settling> settling) {
        SortedMap<Volume, Need> needs = new TreeMap<>();
        for (DomainClaims domain : claims) {
            domain.modes().forEach((volume, mode) -> {
                HandoverStep.Action action = settling.stream()
                        .filter(s ->
                                domain.under().filter(s.handover().id()::equals).isPresent())
                        .filter(s -> s.handover().volumes().contains(volume))
                        .map(Settling::action)
                        .findFirst()
                        .orElse(null);
                need(volume, mode, action, needs);
            });
        }
        for (Settling each : settling) {
            if (reserved(each.handover()) && each.action() != HandoverStep.Action.RELEASE) {
                each.handover().volumes().forEach(v -> needs.merge(v, Need.of(LockMode.SHARED), Need::strongest));
            }
        }
        return needs;
    }

    private static void need(
            Volume volume,
            LockMode mode,
            HandoverStep.@org.jspecify.annotations.Nullable Action action,
            SortedMap<Volume, Need> needs) {
        if (action == null) {
            needs.merge(volume, Need.of(mode), Need::strongest);
            return;
        }
        switch (action) {
            case KEEP -> needs.merge(volume, Need.of(LockMode.SHARED), Need::strongest);
            case ASK -> needs.merge(volume, new Need(LockMode.SHARED, mode), Need::strongest);
            case RELEASE -> {
                // The domain is gone: its claims are ending, and until they have ended they ask for nothing.
            }
        }
    }

    /** Volumes that {@code wanted} cannot have here, because of another domain's claim or reservation. */
    public static List<Conflict> conflicts(
            Collection<DomainClaims> claims, Collection<OpenHandover> handovers, DomainClaims wanted) {
        List<Conflict> conflicts = new ArrayList<>();
        wanted.modes().forEach((volume, mode) -> {
            for (DomainClaims other : claims) {
                LockMode held = other.modes().get(volume);
                if (held != null && !other.domain().equals(wanted.domain()) && !mode.compatibleWith(held)) {
                    conflicts.add(new Conflict(volume, mode, other.name(), held));
                }
            }
            for (OpenHandover other : handovers) {
                if (reserved(other)
                        && !other.domain().equals(wanted.domain())
                        && other.volumes().contains(volume)
                        && !mode.compatibleWith(LockMode.SHARED)) {
                    conflicts.add(new Conflict(volume, mode, other.domainName(), LockMode.SHARED));
                }
            }
        });
        return conflicts;
    }

    /** A domain for whose sake a volume may not be changed by hand. */
    public record Claimant(DomainUuid domain, String name) {}

    /** Whose volume it is here; a person's request is refused when there is one. */
    public static Optional<Claimant> claimant(
            Collection<DomainClaims> claims, Collection<OpenHandover> handovers, Volume volume) {
        for (DomainClaims domain : claims) {
            if (domain.modes().containsKey(volume)) {
                return Optional.of(new Claimant(domain.domain(), domain.name()));
            }
        }
        for (OpenHandover handover : handovers) {
            if (handover.volumes().contains(volume)) {
                return Optional.of(new Claimant(handover.domain(), handover.domainName()));
            }
        }
        return Optional.empty();
    }

    private static boolean reserved(OpenHandover handover) {
        return handover.side() == Side.TARGET && handover.reservation() == ReservationState.PENDING;
    }
}
