package io.lockstep.cli.handover;

import io.lockstep.proto.v1.HandoverPhase;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Which handovers are wanted by their phase: one phase, {@code open} or {@code closed}. */
record HandoverState(Set<HandoverPhase> phases) {

    private static final String PREFIX = "HANDOVER_PHASE_";
    private static final Set<HandoverPhase> CLOSED =
            Set.of(HandoverPhase.HANDOVER_PHASE_COMMITTED, HandoverPhase.HANDOVER_PHASE_REVERTED);

    HandoverState {
        phases = Set.copyOf(phases);
    }

    /** @throws IllegalArgumentException when the word is none of these */
    static HandoverState of(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "open" ->
                new HandoverState(
                        all().stream().filter(p -> !CLOSED.contains(p)).collect(Collectors.toSet()));
            case "closed" -> new HandoverState(CLOSED);
            default ->
                new HandoverState(Set.of(all().stream()
                        .filter(p -> word(p).equalsIgnoreCase(word))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("\"" + word
                                + "\" is no state of a handover: there are open, closed, "
                                + all().stream().map(HandoverState::word).collect(Collectors.joining(", "))))));
        };
    }

    private static List<HandoverPhase> all() {
        return Arrays.stream(HandoverPhase.values())
                .filter(p -> p != HandoverPhase.UNRECOGNIZED && p != HandoverPhase.HANDOVER_PHASE_UNSPECIFIED)
                .toList();
    }

    private static String word(HandoverPhase phase) {
        return phase.name().substring(PREFIX.length()).toLowerCase(Locale.ROOT);
    }
}
