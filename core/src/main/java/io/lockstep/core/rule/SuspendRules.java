package io.lockstep.core.rule;

import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.HandoverAlarms;
import io.lockstep.core.handover.HandoverAlarms.Look;
import java.util.List;
import java.util.Optional;

/**
 * Whether one guest of a double run may be suspended: only when it really runs twice, seen afresh, so that a guest that runs once
 * is never stopped by a mistake.
 */
public final class SuspendRules {

    private SuspendRules() {}

    /**
     * Looks at another host and at the one in question, in the order other, asked, other, asked: as {@link HandoverAlarms#doubleRun}
     * demands.
     */
    public record Pair(Look other1, Look asked1, Look other2, Look asked2) {

        boolean doubleRun() {
            return HandoverAlarms.doubleRun(other1, asked1, other2, asked2).isPresent();
        }
    }

    /**
     * @param asked the latest look at the host whose guest is to be suspended
     * @param pairs with every other host that may have it
     * @return why not; empty when it may be suspended
     */
    public static Optional<String> refusal(String domain, Look asked, List<Pair> pairs) {
        String here = domain + " on " + asked.host();
        return switch (asked.domain()) {
            case ABSENT ->
                Optional.of(
                        domain + " does not run on " + asked.host() + ": lockstepctl domains" + " shows where it does");
            case UNKNOWN ->
                Optional.of(asked.host() + " does not tell of " + domain
                        + " at the moment, so it is not known what would be suspended (I0): try again");
            case PAUSED_MIGRATING ->
                Optional.of(here
                        + " stands paused by a migration already, and must never be resumed (I0); when the guest runs"
                        + " elsewhere: virsh destroy there");
            case OUTGOING, STARTING, POST_COPY, POST_COPY_PAUSED, POST_COPY_FAILED ->
                Optional.of(here + " is in a migration, in which libvirt decides who runs (I0): wait, or cancel it with"
                        + " virsh domjobabort on its source");
            case ACTIVE ->
                pairs.stream().anyMatch(Pair::doubleRun) ? Optional.empty() : Optional.of(alone(here, pairs));
        };
    }

    private static String alone(String here, List<Pair> pairs) {
        List<String> silent = pairs.stream()
                .filter(p -> p.other2().domain() == OwnDomain.UNKNOWN)
                .map(p -> p.other2().host().value())
                .toList();
        return here + " is not seen to run anywhere else"
                + (silent.isEmpty() ? "" : " (" + String.join(", ", silent) + " does not tell)")
                + ", so suspending it would stop the only one there is. To pause it all the same: virsh suspend there";
    }
}
