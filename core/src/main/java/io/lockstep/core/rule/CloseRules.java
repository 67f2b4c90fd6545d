package io.lockstep.core.rule;

import io.lockstep.core.domain.HostName;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether a handover may be closed by hand: only when no side needs it any more. Each refusal names the invariant that it keeps.
 *
 * <p>Guarantee: closing takes and gives no lock; it ends the controller's record of a handover that neither side knows any more, so
 * that the next one can be opened.
 */
public final class CloseRules {

    private CloseRules() {}

    /** What one side answered just now. */
    public enum Answer {
        /** The handover is open there. */
        OPEN,
        /** It is not, or not any more. */
        NOT_OPEN,
        /** Nobody answered. */
        SILENT,
        /** A person has said that this host is gone for good. */
        FORGOTTEN
    }

    /** @param own a fresh look at the domain there; UNKNOWN where nobody answered */
    public record Seen(HostName host, Side side, Answer answer, OwnDomain own) {

        private String words() {
            return host + " (" + (side == Side.SOURCE ? "source" : "target") + ")";
        }
    }

    /** No reason: it may be closed. */
    public static List<String> refusals(Seen source, Seen target) {
        List<String> reasons = new ArrayList<>();
        for (Seen seen : List.of(source, target)) {
            refusal(seen).ifPresent(reasons::add);
        }
        if (source.own() == OwnDomain.ACTIVE && target.own() == OwnDomain.ACTIVE) {
            reasons.add("the guest is active on " + source.host() + " and on " + target.host()
                    + ": that must not leave anybody's sight (I3). Decide which one to keep: lockstepctl alarms");
        }
        return reasons;
    }

    private static Optional<String> refusal(Seen seen) {
        return switch (seen.answer()) {
            case FORGOTTEN -> Optional.empty();
            case SILENT ->
                Optional.of(seen.words() + " does not answer, and silence proves nothing: it may run the guest and hold"
                        + " its locks (I0, I2). Bring its agent back; when the host is off for good: lockstepctl forget "
                        + seen.host() + ", then close again");
            case OPEN -> Optional.of(seen.words() + " still needs it: " + needs(seen.own()));
            case NOT_OPEN -> migrating(seen.own()).map(why -> seen.words() + " " + why);
        };
    }

    private static String needs(OwnDomain own) {
        return switch (own) {
            case ACTIVE ->
                "its guest runs there, and it asks for the locks that the guest needs (I2); it closes when they are granted."
                        + " Who holds them: lockstepctl why VG/LV";
            case ABSENT -> "it still gives its locks up, and closes when it has (I4)";
            case UNKNOWN -> "its libvirt does not tell of the guest, so nothing may be given up there (I2)";
            case OUTGOING, STARTING, PAUSED_MIGRATING, POST_COPY, POST_COPY_PAUSED, POST_COPY_FAILED ->
                "libvirt has a migration of it there, in which both hosts must stay SHARED (I1)";
        };
    }

    private static Optional<String> migrating(OwnDomain own) {
        return switch (own) {
            case ACTIVE, ABSENT -> Optional.empty();
            case UNKNOWN -> Optional.of("answers, but its libvirt does not tell of the guest (I0): try again");
            case OUTGOING, STARTING, PAUSED_MIGRATING, POST_COPY, POST_COPY_PAUSED, POST_COPY_FAILED ->
                Optional.of("has the guest in the middle of a migration, although the handover is not open there (I0):"
                        + " wait until libvirt has ended it");
        };
    }
}
