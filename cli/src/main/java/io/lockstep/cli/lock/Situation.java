package io.lockstep.cli.lock;

import io.lockstep.cli.host.Freshness;
import io.lockstep.proto.v1.Domain;
import io.lockstep.proto.v1.Handover;
import io.lockstep.proto.v1.LockMode;
import io.lockstep.proto.v1.Lockspace;
import io.lockstep.proto.v1.OwnDomain;
import java.util.List;
import java.util.Optional;

/** Why a host holds a volume, and with it what a person can do now. */
sealed interface Situation {

    /** The host is unknown: what it held is no more than a hint. */
    record LastKnown() implements Situation {}

    /** Its lockspace is not live, so that the shown lock proves nothing. */
    record LockspaceDoubtful(boolean started, String reason) implements Situation {}

    record InHandover(Handover handover) implements Situation {}

    /** @param state libvirt's word for it, where it answers */
    record ClaimedByActive(String domain, Optional<String> state) implements Situation {}

    /** libvirt answered, and shows no such domain: the claim is about to end. */
    record ClaimedByAbsent(String domain) implements Situation {}

    record ActiveWithoutLock() implements Situation {}

    record Leaked() implements Situation {}

    record OpenUnclaimed() implements Situation {}

    record ClosedUnclaimed() implements Situation {}

    /** @param handovers the open ones */
    static Situation of(HostLock held, List<Handover> handovers) {
        if (!Freshness.fresh(held.host())) {
            return new LastKnown();
        }
        if (!held.counts()) {
            return new LockspaceDoubtful(
                    held.lockspace()
                            .map(Lockspace::getState)
                            .filter(Lockspace.State.STATE_NOT_STARTED::equals)
                            .isEmpty(),
                    held.lockspace().map(l -> l.getReason()).orElse("the host does not show this lockspace"));
        }
        Optional<Handover> handover = handovers.stream()
                .filter(h -> h.getSource().equals(held.host().getName())
                        || h.getTarget().equals(held.host().getName()))
                .filter(h -> h.getVolumesList().stream()
                        .anyMatch(v -> HostLock.same(v, held.lock().getVolume())))
                .findFirst();
        if (handover.isPresent()) {
            return new InHandover(handover.get());
        }
        if (held.lock().getMode() == LockMode.LOCK_MODE_UNLOCKED) {
            return new ActiveWithoutLock();
        }
        if (!held.claims().isEmpty()) {
            return claimed(held);
        }
        if (!held.lock().getActive()) {
            return new Leaked();
        }
        return held.lock().getOpen() ? new OpenUnclaimed() : new ClosedUnclaimed();
    }

    private static Situation claimed(HostLock held) {
        if (!held.host().getInventory().getHypervisorAnswers()) {
            return new ClaimedByActive(held.domains(), Optional.empty());
        }
        return held.claims().stream()
                .flatMap(c -> held.host().getInventory().getDomainsList().stream()
                        .filter(d ->
                                d.getUuid().equals(c.getDomainUuid()) && d.getOwn() != OwnDomain.OWN_DOMAIN_ABSENT))
                .findFirst()
                .map(Domain::getState)
                .<Situation>map(state -> new ClaimedByActive(held.domains(), Optional.of(state)))
                .orElseGet(() -> new ClaimedByAbsent(held.domains()));
    }
}
