package io.lockstep.core.rule;

import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.volume.Volume;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** When a side of a handover that knows what to do, and gets no further, wants a person to look. */
public final class StuckRules {

    /** Longer than sanlock takes to give a dead host up, which is the longest that a side waits in the normal course. */
    public static final Duration PATIENCE = Duration.ofMinutes(5);

    private StuckRules() {}

    /**
     * @param action what the side does
     * @param own what it sees of its domain
     * @param lasting for how long both have been so
     * @param refusals why volumes of the handover are not as they should be, where the lock manager said so
     * @return why a person should look; empty while that is not needed
     */
    public static Optional<String> attention(
            HandoverStep.Action action, OwnDomain own, Duration lasting, Map<Volume, String> refusals) {
        if (lasting.compareTo(PATIENCE) < 0) {
            return Optional.empty();
        }
        return switch (action) {
            case ASK -> Optional.of("the guest's own locks are not granted" + words(refusals));
            case RELEASE ->
                Optional.of("the guest has gone from here, and its locks cannot be released" + words(refusals)
                        + "; end what uses its volumes on this host");
            case KEEP ->
                own == OwnDomain.UNKNOWN
                        ? Optional.of("libvirt tells nothing of the domain on this host; look: virsh domstate --reason")
                        : Optional.empty();
        };
    }

    private static String words(Map<Volume, String> refusals) {
        SortedMap<Volume, String> sorted = new TreeMap<>(refusals);
        return sorted.isEmpty()
                ? ""
                : sorted.entrySet().stream()
                        .map(e -> e.getKey() + ": " + e.getValue())
                        .collect(Collectors.joining("; ", ": ", ""));
    }
}
